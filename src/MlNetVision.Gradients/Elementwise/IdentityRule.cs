using MlNetVision.Onnx.Proto;

namespace MlNetVision.Gradients.Elementwise;

/// <summary>What copies: Identity, and Dropout where it is not training. dx = dy.</summary>
internal sealed class IdentityRule : UnaryRule
{
    protected override string Gradient(GradientScope scope, NodeProto node, string x, string y, string dy) =>
        dy;
}
