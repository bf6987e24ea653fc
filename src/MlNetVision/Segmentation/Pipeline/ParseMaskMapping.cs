using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MlNetVision.Pipelines;

namespace MlNetVision.Segmentation;

/// <summary>The saved form of the mask parser: the network's raw output and the geometry in, a mask out.</summary>
[CustomMappingFactoryAttribute(Contract)]
public sealed class ParseMaskMapping : CustomMappingFactory<RawOutputRow, ParseMaskMapping.Output>
{
    internal const string Contract = "MlNetVision.ParseMask/1";

    private static readonly SettingsCache<SegmentationSettings, MaskParser> Parsers = new(settings => new MaskParser(settings));

    /// <inheritdoc/>
    public override Action<RawOutputRow, Output> GetMapping() => Map;

    internal static void Map(RawOutputRow input, Output output) =>
        output.Mask = Parsers.Get(input.Settings).Parse(input.Outputs, GeometryColumn.Read(input.Geometry));

    /// <summary>The columns written.</summary>
    public sealed class Output
    {
        /// <summary>The class of every pixel.</summary>
        [ColumnName(PipelineColumns.Mask), SegmentationMaskType]
        public SegmentationMask? Mask { get; set; }
    }
}
