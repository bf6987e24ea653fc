using MlNetVision.Onnx.Proto;

namespace MlNetVision.Gradients;

/// <summary>How gradients pass backwards through an operator.</summary>
internal interface IGradientRule
{
    /// <summary>
    /// Appends the nodes that make the gradients of a node's inputs from those of its outputs, of which at least one is there,
    /// and hands them to <see cref="GradientScope.Accumulate"/>.
    /// </summary>
    void Differentiate(GradientScope scope, NodeProto node);
}
