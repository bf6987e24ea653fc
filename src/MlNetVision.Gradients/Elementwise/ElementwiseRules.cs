namespace MlNetVision.Gradients.Elementwise;

/// <summary>Operators on each element for itself.</summary>
internal static class ElementwiseRules
{
    public static IEnumerable<(string Operator, IGradientRule Rule)> All =>
    [
        ("Add", new AddRule()),
        ("Sub", new SubRule()),
        ("Mul", new MulRule()),
        ("Div", new DivRule()),
        ("Pow", new PowRule()),
        ("Sum", new SumRule(mean: false)),
        ("Mean", new SumRule(mean: true)),
        ("Min", new ExtremeRule()),
        ("Max", new ExtremeRule()),
        ("Where", new WhereRule()),
        ("Identity", new IdentityRule()),
        ("Dropout", new IdentityRule()),
        ("Cast", new CastRule()),
        ("Neg", new NegRule()),
        ("Abs", new AbsRule()),
        ("Exp", new ExpRule()),
        ("Log", new LogRule()),
        ("Sqrt", new SqrtRule()),
        ("Reciprocal", new ReciprocalRule()),
        ("Erf", new ErfRule()),
        ("Relu", new ReluRule()),
        ("LeakyRelu", new LeakyReluRule()),
        ("PRelu", new PReluRule()),
        ("Elu", new EluRule()),
        ("HardSigmoid", new HardSigmoidRule()),
        ("HardSwish", new HardSwishRule()),
        ("Clip", new ClipRule()),
        ("Sigmoid", new SigmoidRule()),
        ("Softplus", new SoftplusRule()),
        ("Tanh", new TanhRule()),
    ];
}
