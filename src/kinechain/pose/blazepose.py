"""How is BlazePose run? Its detector and its landmark network on LiteRT, one interpreter for each picture in work."""

import hashlib
from queue import SimpleQueue
from typing import Any, final

import numpy as np
from jaxtyping import Float, UInt8

from kinechain.core.errors import PoseModelError
from kinechain.core.types import Engine
from kinechain.evidence import constant
from kinechain.pose.backend import PersonPose, PoseBackend
from kinechain.pose.detection import DETECTOR_SIZE_PX, compute_anchors, decode_detections, merge_overlapping, sigmoid
from kinechain.pose.landmarks import BODY_LANDMARKS, CIRCLE_POINT, HIP_CENTRE, LANDMARK_SIZE_PX, RAW_LANDMARKS, refine_by_heatmap
from kinechain.pose.region import Region, cut_region, region_of_body

_DETECTOR_OUTPUTS: dict[str, tuple[int, ...]] = {"boxes": (1, 2254, 12), "scores": (1, 2254, 1)}
_LANDMARK_OUTPUTS: dict[str, tuple[int, ...]] = {
    "landmarks": (1, 5 * RAW_LANDMARKS),
    "presence": (1, 1),
    "heatmaps": (1, 64, 64, RAW_LANDMARKS),
    "world": (1, 3 * RAW_LANDMARKS),
}


@final
class BlazePose(PoseBackend):
    """BlazePose on LiteRT, as MediaPipe runs it on single pictures, without its smoothing over time.

    `detector` and `landmarker` are the bytes of the two `.tflite` files, `name` what results call the network. With `lanes` 2 two
    pictures can be measured at once, each on one thread, which on two cores is faster than one picture on two threads: resampling
    and decoding of one run beside the network of the other. Raises PoseModelError where the bytes are no such networks.

    Source: Bazarevsky et al. 2020, BlazePose (arXiv:2006.10204), and the graphs of MediaPipe 0.10.
    """

    def __init__(self, detector: bytes, landmarker: bytes, name: str, lanes: int = 2, threads: int = 1) -> None:
        self._engine = Engine(name, hashlib.sha256(detector + landmarker).hexdigest())
        self._lanes = lanes
        self._anchors = compute_anchors()
        self._detectors: SimpleQueue[_Network] = SimpleQueue()
        self._detectors.put(_Network(detector, DETECTOR_SIZE_PX, _DETECTOR_OUTPUTS, "a detector", threads))
        self._landmarkers: SimpleQueue[_Network] = SimpleQueue()
        for _ in range(lanes):
            self._landmarkers.put(_Network(landmarker, LANDMARK_SIZE_PX, _LANDMARK_OUTPUTS, "a landmark network", threads))
        self._margin = constant("pose.region_margin").value
        self._least_score = constant("pose.least_detection_score").value
        self._least_overlap = constant("pose.least_detection_overlap").value
        self._least_presence = constant("pose.least_presence").value
        self._window = int(constant("pose.heatmap_window").value)
        self._least_weight = constant("pose.least_heatmap_weight").value

    @property
    def engine(self) -> Engine:
        """The name given, and the SHA-256 over the detector's bytes followed by the landmark network's."""
        return self._engine

    @property
    def lanes(self) -> int:
        """How many pictures may be in work at once."""
        return self._lanes

    def find_people(self, rgb: UInt8[np.ndarray, "height width 3"], at_most: int) -> tuple[Region, ...]:
        """Return the regions of up to `at_most` people in an RGB picture, largest first."""
        height, width = rgb.shape[:2]
        whole = Region(width / 2.0, height / 2.0, float(max(width, height)), 0.0)
        out = _run(self._detectors, cut_region(rgb, whole, DETECTOR_SIZE_PX, "black") / np.float32(127.5) - np.float32(1.0))
        seen = decode_detections(out["boxes"][0], out["scores"][0, :, 0], self._anchors, self._least_score)
        bodies = (whole.to_picture(points) for points in merge_overlapping(seen, self._least_overlap).points)
        regions = [region_of_body(body[0], body[1], self._margin) for body in bodies]
        return tuple(sorted(regions, key=lambda region: -region.side_px)[:at_most])

    def measure(self, rgb: UInt8[np.ndarray, "height width 3"], region: Region) -> PersonPose | None:
        """Return the pose of the person in `region` of an RGB picture, None where the network's presence is too low."""
        out = _run(self._landmarkers, cut_region(rgb, region, LANDMARK_SIZE_PX, "edge") / np.float32(255.0))
        presence = float(out["presence"][0, 0])
        if not presence >= self._least_presence:
            return None
        raw = out["landmarks"].reshape(RAW_LANDMARKS, 5).astype(np.float64)
        shares = refine_by_heatmap(raw[:, :2] / LANDMARK_SIZE_PX, out["heatmaps"][0], self._window, self._least_weight)
        xy = region.to_picture(shares)
        world = out["world"].reshape(RAW_LANDMARKS, 3)[:BODY_LANDMARKS].astype(np.float64)
        world[:, :2] = world[:, :2] @ region.turn.T
        return PersonPose(
            xy=xy[:BODY_LANDMARKS],
            confidence=sigmoid(raw[:BODY_LANDMARKS, 3]),
            world=world,
            presence=presence,
            region=region_of_body(xy[HIP_CENTRE], xy[CIRCLE_POINT], self._margin),
        )


class _Network:
    """One LiteRT interpreter, its outputs found by their shapes."""

    def __init__(self, model: bytes, size_px: int, outputs: dict[str, tuple[int, ...]], what: str, threads: int) -> None:
        from ai_edge_litert.interpreter import Interpreter  # heavy, and needed only where a network is really run

        expected = (
            f"the bytes of {what} of BlazePose (input {size_px} x {size_px}, outputs {', '.join(map(str, outputs.values()))})"
        )
        try:
            self._interpreter: Any = Interpreter(model_content=model, num_threads=threads)
            self._interpreter.allocate_tensors()
        except (ValueError, RuntimeError) as error:
            raise PoseModelError(expected, f"{len(model)} bytes that are no TFLite model", "Fetch the weights again.") from error
        inputs = self._interpreter.get_input_details()
        by_shape = {tuple(map(int, tensor["shape"])): int(tensor["index"]) for tensor in self._interpreter.get_output_details()}
        if tuple(map(int, inputs[0]["shape"])) != (1, size_px, size_px, 3) or not set(outputs.values()) <= set(by_shape):
            raise PoseModelError(expected, f"outputs {', '.join(map(str, by_shape))}", "Give the two files in their order.")
        self._input = int(inputs[0]["index"])
        self._outputs = {name: by_shape[shape] for name, shape in outputs.items()}

    def run(self, tensor: Float[np.ndarray, "side side 3"]) -> dict[str, Float[np.ndarray, "..."]]:
        """Return copies of the outputs for one input picture."""
        self._interpreter.set_tensor(self._input, tensor[None])
        self._interpreter.invoke()
        return {name: self._interpreter.get_tensor(index) for name, index in self._outputs.items()}


def _run(free: "SimpleQueue[_Network]", tensor: Float[np.ndarray, "side side 3"]) -> dict[str, Float[np.ndarray, "..."]]:
    """Run a free network of the queue, waiting for one where all are busy."""
    network = free.get()
    try:
        return network.run(tensor)
    finally:
        free.put(network)
