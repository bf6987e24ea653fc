using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MlNetVision.Pipelines;

namespace MlNetVision.Detection;

/// <summary>The saved form of the YOLO parser: raw grids and geometry in, detections in pixels of the image out.</summary>
[CustomMappingFactoryAttribute(Contract)]
public sealed class ParseYoloMapping : CustomMappingFactory<RawOutputRow, ParseYoloMapping.Output>
{
    internal const string Contract = "MlNetVision.ParseYolo/1";

    private static readonly SettingsCache<DetectionSettings, Chain> Chains = new(settings => new Chain(settings));

    /// <inheritdoc/>
    public override Action<RawOutputRow, Output> GetMapping() => Map;

    internal static void Map(RawOutputRow input, Output output)
    {
        var chain = Chains.Get(input.Settings);
        output.Detections = new DetectionList(chain.Parse(input.Outputs, GeometryColumn.Read(input.Geometry)));
    }

    private sealed class Chain(DetectionSettings settings)
    {
        private readonly YoloGridParser _parser = settings.CreateParser();

        public IReadOnlyList<Detection> Parse(ReadOnlyMemory<float> outputs, Imaging.ImageGeometry geometry)
        {
            var grids = new YoloGrid[settings.Grids.Count];
            for (var i = 0; i < grids.Length; i++)
            {
                var length = (int)settings.Grids[i].Length;
                grids[i] = settings.Grids[i].Of(outputs[..length]);
                outputs = outputs[length..];
            }
            return _parser.Parse(grids, geometry, settings.Detection);
        }
    }

    /// <summary>The columns written.</summary>
    public sealed class Output
    {
        /// <summary>The objects, best score first.</summary>
        [ColumnName(PipelineColumns.Detections), DetectionListType]
        public DetectionList? Detections { get; set; }
    }
}
