using Microsoft.ML.Data;

namespace MlNetVision.Pipelines;

/// <summary>What the saved parsers of a network's answer to an image read: their mapping's input columns.</summary>
public sealed class RawOutputRow
{
    /// <summary>The outputs of the network, one after the other.</summary>
    [ColumnName(PipelineColumns.Outputs)]
    public float[] Outputs { get; set; } = [];

    /// <summary>The geometry of the image: the 8 members of <see cref="Imaging.ImageGeometry"/>.</summary>
    [ColumnName(PipelineColumns.Geometry)]
    public float[] Geometry { get; set; } = [];

    /// <summary>The settings of the parser as JSON.</summary>
    [ColumnName(PipelineColumns.Settings)]
    public ReadOnlyMemory<char> Settings { get; set; }
}
