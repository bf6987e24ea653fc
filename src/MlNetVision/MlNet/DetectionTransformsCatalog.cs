using System.Diagnostics.CodeAnalysis;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MlNetVision.Detection;
using MlNetVision.Models;

namespace MlNetVision.MlNet;

/// <summary>Object detection as an ML.NET pipeline.</summary>
[RequiresUnreferencedCode(Untrimmed.Reason), RequiresDynamicCode(Untrimmed.Reason)]
public static class DetectionTransformsCatalog
{
    /// <summary>
    /// Finds objects in images: load (upright) where paths are given, resize, extract pixels, apply the network, decode its outputs.
    /// </summary>
    /// <param name="transforms">The catalog.</param>
    /// <param name="model">The name of a bundled or catalogue model, a file, its bytes, a stream, or a network in memory.</param>
    /// <param name="outputColumnName">The column of <see cref="DetectionList"/>; read it with <see cref="DetectionListTypeAttribute"/>.</param>
    /// <param name="inputColumnName">
    /// The column of the images: text with their paths, or images (<c>MLImage</c>), which are neither changed nor disposed.
    /// </param>
    /// <param name="options">How the model and the images are read; null: as the model states. ML.NET decides on threads.</param>
    /// <param name="errors">
    /// What happens at a row whose image is missing or cannot be read. Default: it has no detections, and the column of errors says why.
    /// </param>
    /// <returns>
    /// An estimator that needs no training; the fitted chain can be saved with <c>mlContext.Model.Save</c>, and loaded with
    /// <c>mlContext.Model.Load</c> by any app that has this library.
    /// </returns>
    /// <exception cref="BadModelException">There is no such model, or it is no detection network.</exception>
    public static IEstimator<ITransformer> DetectObjects(
        this TransformsCatalog transforms, ModelSource model, string outputColumnName = "Detections", string inputColumnName = "ImagePath",
        ObjectDetectorOptions? options = null, RowErrors errors = RowErrors.Column)
    {
        ArgumentNullException.ThrowIfNull(transforms);
        ArgumentNullException.ThrowIfNull(model);
        options ??= new ObjectDetectorOptions();
        var network = DetectionNetwork.Of(model.Open(options.CheckedOpening()), options);
        return DetectObjects(transforms, network, new(inputColumnName, outputColumnName, errors));
    }

    /// <summary>
    /// Decodes the raw outputs of a detection network, such as YOLO's grids: the last part of a hand-made chain, after
    /// <c>ResizeUprightImages</c>, <c>ExtractPixels</c> and <c>ApplyOnnxModel</c>.
    /// </summary>
    /// <param name="transforms">The catalog.</param>
    /// <param name="model">The network, with its heads in its metadata; see <see cref="DetectionHeads"/>.</param>
    /// <param name="outputColumnName">The column of <see cref="DetectionList"/>.</param>
    /// <param name="geometryColumnName">The column that <c>ResizeUprightImages</c> gives.</param>
    /// <param name="gridColumnNames">
    /// The columns of the outputs (vectors of float), in the order of the model's heads. Null: named as the model's outputs.
    /// </param>
    /// <param name="options">Thresholds, classes and suppression; other members are not used. Null: the defaults.</param>
    /// <returns>
    /// An estimator that needs no training. <c>Fit</c>, or a row where a column has no fixed length, throws <see cref="ArgumentException"/> where a
    /// column has another length than its output.
    /// </returns>
    /// <exception cref="BadModelException">The model's metadata has no heads.</exception>
    public static IEstimator<ITransformer> ParseYoloGrids(
        this TransformsCatalog transforms, ModelSource model, string outputColumnName, string geometryColumnName,
        IReadOnlyList<string>? gridColumnNames = null, ObjectDetectorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(transforms);
        ArgumentNullException.ThrowIfNull(model);
        options ??= new ObjectDetectorOptions();
        var network = DetectionNetwork.Of(model.Open(options.CheckedOpening()), options);
        string[] grids = [.. gridColumnNames ?? [.. network.Settings.Outputs.Select(o => o.Name)]];
        if (grids.Length != network.Settings.Outputs.Count)
            throw new ArgumentException(
                $"{grids.Length} grid columns are given; expected {network.Settings.Outputs.Count}, one for each output that the heads of "
                + $"{network.Model.Name} read.", nameof(gridColumnNames));
        var settings = network.Settings with { OutputsColumn = string.Join("', '", grids), GeometryColumn = geometryColumnName };
        return new CheckedColumnsEstimator(
            Parse(transforms.Concatenate(PipelineColumns.Outputs, grids), transforms, settings, outputColumnName, geometryColumnName),
            [.. grids.Zip(settings.Outputs, (grid, output) => new ParsedColumn(grid, output.Length, $"as the output '{output.Name}' has elements")),
                ParsedColumn.Geometry(geometryColumnName)]);
    }

    internal static IEstimator<ITransformer> DetectObjects(
        TransformsCatalog transforms, DetectionNetwork network, ChainColumns columns) =>
        ChainParts.Whole(transforms, columns, network, marksOutputs: false,
            (chain, geometry) => Parse(chain, transforms, network.Settings, columns.Output, geometry));

    private static IEstimator<ITransformer> Parse(
        IEstimator<ITransformer> chain, TransformsCatalog transforms, DetectionSettings settings, string outputColumnName,
        string geometryColumnName) =>
        ChainParts.Parse(chain, transforms, settings,
            transforms.CustomMapping<RawOutputRow, ParseYoloMapping.Output>(ParseYoloMapping.Map, ParseYoloMapping.Contract),
            geometryColumnName, (PipelineColumns.Detections, outputColumnName));
}

/// <summary>The saved form of the YOLO parser: raw grids and geometry in, detections in pixels of the image out.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class ParseYoloMapping : CustomMappingFactory<RawOutputRow, ParseYoloMapping.Output>
{
    internal const string Contract = "MlNetVision.ParseYolo/1";

    private static readonly SettingsCache<DetectionSettings, Chain> Chains = new(DetectionSettings.Json, settings => new Chain(settings));

    /// <inheritdoc/>
    public override Action<RawOutputRow, Output> GetMapping() => Map;

    internal static void Map(RawOutputRow input, Output output)
    {
        var chain = Chains.Get(input.Settings);
        output.Detections = new DetectionList(chain.Parse(input));
    }

    private sealed class Chain(DetectionSettings settings)
    {
        private readonly DetectionParser _parser = settings.CreateParser();

        public IReadOnlyList<Detection.Detection> Parse(RawOutputRow row)
        {
            ParsedColumn.CheckRow(row, settings, settings.Outputs.Sum(o => o.Length));
            if (GeometryColumn.IsNone(row.Geometry)) return [];
            ReadOnlyMemory<float> outputs = row.Outputs;
            var values = new HeadValues[settings.Outputs.Count];
            for (var i = 0; i < values.Length; i++)
            {
                var length = (int)settings.Outputs[i].Length;
                values[i] = new(outputs[..length], settings.Outputs[i].Shape);
                outputs = outputs[length..];
            }
            return _parser.Parse(values, GeometryColumn.Read(row.Geometry), settings.Detection);
        }
    }

    /// <summary>The columns written.</summary>
    public sealed class Output
    {
        /// <summary>The detections, best score first.</summary>
        [ColumnName(PipelineColumns.Detections), DetectionListType]
        public DetectionList? Detections { get; set; }
    }
}
