using Microsoft.ML;
using Microsoft.ML.Transforms.Onnx;
using MlNetVision.Files;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Runtime;

namespace MlNetVision.MlNet;

/// <summary>
/// <c>ApplyOnnxModel</c> of a network in memory. ML.NET reads networks from files, again when it saves a chain; its overload
/// for streams never deletes its temporary file. Here the transformer deletes the file.
/// </summary>
internal sealed class NetworkEstimator : IEstimator<NetworkTransformer>
{
    private readonly TemporaryFile _file = new(".onnx");
    private readonly OnnxScoringEstimator _estimator;
    private readonly string[] _outputs;

    /// <param name="transforms">The catalog.</param>
    /// <param name="outputs">The outputs that become columns.</param>
    /// <param name="inputs">The columns of the inputs.</param>
    /// <param name="network">The network.</param>
    public NetworkEstimator(TransformsCatalog transforms, string[] outputs, string[] inputs, OnnxModel network)
    {
        OnnxRuntimeEnvironment.Ensure();
        network.Save(_file.Path);
        _outputs = outputs;
        _estimator = transforms.ApplyOnnxModel(outputs, inputs, _file.Path);
    }

    public NetworkTransformer Fit(IDataView input) => new(_estimator.Fit(input), _outputs, _file);

    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _estimator.GetOutputSchema(inputSchema);
}
