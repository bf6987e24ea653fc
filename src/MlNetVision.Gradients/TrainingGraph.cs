using MlNetVision.Gradients.Building;
using MlNetVision.Onnx;

namespace MlNetVision.Gradients;

/// <summary>
/// A network with its loss and the gradients of that loss as one ONNX graph, which ONNX Runtime's ordinary kernels run.
/// <see cref="GradientSession"/> runs it.
/// </summary>
/// <remarks>Reverse-mode differentiation: Griewank and Walther, "Evaluating Derivatives", chapter 3.</remarks>
public sealed class TrainingGraph
{
    internal TrainingGraph()
    {
    }

    /// <summary>
    /// The graph. Inputs: those of the network, the parameters, the masks of <see cref="Dropouts"/>. Outputs: the loss, those of the network,
    /// the gradients, and the batch statistics of <see cref="Statistics"/>.
    /// </summary>
    public required OnnxModel Model { get; init; }

    /// <summary>The given network with the loss, with parameters as initializers, into which <see cref="GradientSession.Export"/> writes trained values.</summary>
    public required OnnxModel Forward { get; init; }

    /// <summary>The name of the loss, an output of one element.</summary>
    public required string Loss { get; init; }

    /// <summary>The inputs to feed: those of the network and the loss, such as images and labels; null dimensions are free.</summary>
    public required IReadOnlyList<OnnxValue> Inputs { get; init; }

    /// <summary>The names of the trained tensors, inputs of <see cref="Model"/>.</summary>
    public required IReadOnlyList<string> Parameters { get; init; }

    /// <summary>The gradients: of the parameters in their order, then of <see cref="TrainingGraphOptions.WithRespectTo"/>.</summary>
    public required IReadOnlyList<GradientOf> Gradients { get; init; }

    /// <summary>The layers that normalise by the batch.</summary>
    public required IReadOnlyList<RunningStatistics> Statistics { get; init; }

    /// <summary>The masks of the Dropout layers, to be drawn anew at each step.</summary>
    public required IReadOnlyList<DropoutMask> Dropouts { get; init; }

    /// <summary>Differentiates a loss.</summary>
    /// <param name="model">The network with the loss appended, in float32; it is not changed. Operator sets before 17 are upgraded to it.</param>
    /// <param name="loss">The name of a tensor of one element. Several losses are summed in the graph, see <see cref="Losses.LossGraph.AddSum"/>.</param>
    /// <param name="parameters">Names of the float initializers to train; all others are constants. No gradient is computed below the first parameter.</param>
    /// <param name="options">Null: the defaults.</param>
    /// <exception cref="BadModelException">The model is invalid, or an operator between loss and parameters has no gradient here; the message names the node.</exception>
    /// <exception cref="ArgumentException">A name is not in the model, or the loss does not depend on it.</exception>
    public static TrainingGraph Differentiate(OnnxModel model, string loss, IReadOnlyList<string> parameters, TrainingGraphOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrEmpty(loss);
        ArgumentNullException.ThrowIfNull(parameters);
        model.Check();
        return new TrainingGraphBuilder(model, loss, parameters, options ?? new()).Build();
    }
}
