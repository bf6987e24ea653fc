using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MlNetVision.Pipelines;

namespace MlNetVision.Style;

/// <summary>The saved form of the parser of style networks: the network's raw output and the geometry in, an image out.</summary>
[CustomMappingFactoryAttribute(Contract)]
public sealed class ParseStyleMapping : CustomMappingFactory<RawOutputRow, ParseStyleMapping.Output>
{
    internal const string Contract = "MlNetVision.ParseStyle/1";

    private static readonly SettingsCache<StyleSettings, StyleParser> Parsers = new(settings => new StyleParser(settings));

    /// <inheritdoc/>
    public override Action<RawOutputRow, Output> GetMapping() => Map;

    internal static void Map(RawOutputRow input, Output output)
    {
        using var image = Parsers.Get(input.Settings).Parse(input.Outputs, GeometryColumn.Read(input.Geometry));
        output.Image = TrackedImage.Of(image);
    }

    /// <summary>The columns written.</summary>
    public sealed class Output
    {
        /// <summary>The stylised image, of the photo's size; collected with the row.</summary>
        [ColumnName(PipelineColumns.Stylized), AnySizeImageType]
        public MLImage? Image { get; set; }
    }
}
