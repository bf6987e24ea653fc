using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Transforms.Onnx;
using MlNetVision.Files;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Runtime;

namespace MlNetVision.Pipelines;

/// <summary>
/// <c>ApplyOnnxModel</c> of a network in memory. ML.NET reads networks from files, again when it saves a chain; its overload
/// for streams leaves such a file in the temporary folder for good. Here the file goes with the transformer.
/// </summary>
internal sealed class NetworkEstimator : IEstimator<OnnxTransformer>
{
    private static readonly ConditionalWeakTable<OnnxTransformer, TemporaryFile> Files = [];

    private readonly TemporaryFile _file = new(".onnx");
    private readonly OnnxScoringEstimator _estimator;

    /// <param name="transforms">The catalog.</param>
    /// <param name="outputs">The outputs that become columns.</param>
    /// <param name="inputs">The columns of the inputs.</param>
    /// <param name="network">The network.</param>
    public NetworkEstimator(TransformsCatalog transforms, string[] outputs, string[] inputs, OnnxModel network)
    {
        OnnxRuntimeEnvironment.Ensure();
        network.Save(_file.Path);
        _estimator = transforms.ApplyOnnxModel(outputs, inputs, _file.Path);
    }

    public OnnxTransformer Fit(IDataView input)
    {
        var transformer = _estimator.Fit(input);
        Files.TryAdd(transformer, _file);
        return transformer;
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _estimator.GetOutputSchema(inputSchema);
}
