using MlNetVision.Onnx;

namespace MlNetVision.Detection;

/// <summary>Boxes in ONNX, for standalone models.</summary>
internal static class BoxGraph
{
    /// <summary>Corners of 0 to 1 across the input, from rows that begin with centre, width and height in pixels.</summary>
    public static GraphTensor FromCenters(GraphTensor rows, int networkWidth, int networkHeight)
    {
        var (center, half) = (rows.Slice(0, 2, axis: 1), rows.Slice(2, 4, axis: 1) * 0.5f);
        return Scaled(rows.Graph.Concat([center - half, center + half], axis: 1), networkWidth, networkHeight);
    }

    /// <summary>Corners of 0 to 1 across the input, from rows of corners in pixels.</summary>
    public static GraphTensor Scaled(GraphTensor corners, int networkWidth, int networkHeight) =>
        corners * corners.Graph.Floats([1f / networkWidth, 1f / networkHeight, 1f / networkWidth, 1f / networkHeight], 1, 4);
}
