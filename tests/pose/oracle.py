"""What does MediaPipe itself say? Its own pose landmarker as a second backend, for tests only."""

import hashlib
import io
import zipfile
from types import ModuleType
from typing import Any, final

import numpy as np

from kinechain.core.types import Engine
from kinechain.pose.backend import PersonPose, PoseBackend
from kinechain.pose.region import Region

_MARGIN = 1.25


@final
class MediaPipe(PoseBackend):
    """MediaPipe's PoseLandmarker on single pictures; it looks at the whole picture, so a region only chooses among people."""

    def __init__(self, mediapipe: ModuleType, detector: bytes, landmarker: bytes, at_most: int = 3) -> None:
        self._mediapipe = mediapipe
        self._engine = Engine("mediapipe", hashlib.sha256(detector + landmarker).hexdigest())
        vision = mediapipe.tasks.vision
        options = vision.PoseLandmarkerOptions(
            base_options=mediapipe.tasks.BaseOptions(model_asset_buffer=make_task(detector, landmarker)),
            running_mode=vision.RunningMode.IMAGE,
            num_poses=at_most,
        )
        self._landmarker = vision.PoseLandmarker.create_from_options(options)

    def close(self) -> None:
        self._landmarker.close()

    @property
    def engine(self) -> Engine:
        return self._engine

    @property
    def lanes(self) -> int:
        return 1

    def find_people(self, rgb: np.ndarray, at_most: int) -> tuple[Region, ...]:
        regions = [pose.region for pose in self.detect(rgb)]
        return tuple(sorted(regions, key=lambda region: -region.side_px)[:at_most])

    def measure(self, rgb: np.ndarray, region: Region) -> PersonPose | None:
        def apart(pose: PersonPose) -> float:
            return float(np.hypot(pose.region.x_px - region.x_px, pose.region.y_px - region.y_px))

        near = [pose for pose in self.detect(rgb) if apart(pose) < 0.3 * region.side_px]
        return min(near, key=apart, default=None)

    def detect(self, rgb: np.ndarray) -> list[PersonPose]:
        """Return everybody that MediaPipe finds in a picture."""
        image = self._mediapipe.Image(image_format=self._mediapipe.ImageFormat.SRGB, data=np.ascontiguousarray(rgb))
        found = self._landmarker.detect(image)
        size = np.array([rgb.shape[1], rgb.shape[0]], float)
        return [_to_pose(*one, size) for one in zip(found.pose_landmarks, found.pose_world_landmarks, strict=True)]


def _to_pose(landmarks: Any, world: Any, size: np.ndarray) -> PersonPose:
    xy = np.array([[point.x, point.y] for point in landmarks]) * size
    confidence = np.array([point.visibility for point in landmarks])
    hips = xy[[23, 24]].mean(axis=0)
    reach = np.linalg.norm(xy - hips, axis=1).max()
    region = Region(hips[0], hips[1], 2.0 * _MARGIN * reach, 0.0)
    return PersonPose(xy, confidence, np.array([[point.x, point.y, point.z] for point in world]), 1.0, region)


def make_task(detector: bytes, landmarker: bytes) -> bytes:
    """Return a `.task`: a stored zip of the two networks, to which the scaling of their input has been added."""
    task = io.BytesIO()
    with zipfile.ZipFile(task, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("pose_detector.tflite", add_scaling(detector, 127.5, 127.5))
        archive.writestr("pose_landmarks_detector.tflite", add_scaling(landmarker, 0.0, 255.0))
    return task.getvalue()


def add_scaling(network: bytes, mean: float, std: float) -> bytes:
    """Return a TFLite file with the metadata that its input is (value - mean) / std of RGB; MediaPipe 1 refuses it without."""
    import flatbuffers
    from mediapipe.tasks.metadata import metadata_schema_py_generated as metadata
    from mediapipe.tasks.metadata import schema_py_generated as tflite

    scaling = metadata.NormalizationOptionsT()
    scaling.mean, scaling.std = [mean], [std]
    unit = metadata.ProcessUnitT()
    unit.optionsType, unit.options = metadata.ProcessUnitOptions.NormalizationOptions, scaling
    colours = metadata.ImagePropertiesT()
    colours.colorSpace = metadata.ColorSpaceType.RGB
    content = metadata.ContentT()
    content.contentPropertiesType, content.contentProperties = metadata.ContentProperties.ImageProperties, colours
    image = metadata.TensorMetadataT()
    image.name, image.processUnits, image.content = "image", [unit], content
    model = tflite.ModelT.InitFromObj(tflite.Model.GetRootAsModel(network, 0))
    graph = metadata.SubGraphMetadataT()
    graph.inputTensorMetadata = [image]
    graph.outputTensorMetadata = [metadata.TensorMetadataT() for _ in model.subgraphs[0].outputs]
    whole = metadata.ModelMetadataT()
    whole.subgraphMetadata = [graph]
    entry, buffer = tflite.MetadataT(), tflite.BufferT()
    buffer.data = np.frombuffer(_pack(flatbuffers.Builder(0), whole, b"M001"), np.uint8)
    entry.name, entry.buffer = "TFLITE_METADATA", len(model.buffers)
    model.buffers.append(buffer)
    model.metadata = [*(model.metadata or []), entry]
    return _pack(flatbuffers.Builder(len(network)), model, b"TFL3")


def _pack(builder: Any, root: Any, identifier: bytes) -> bytes:
    builder.Finish(root.Pack(builder), identifier)
    return bytes(builder.Output())
