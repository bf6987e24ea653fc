namespace MlNetVision.Gradients.Reductions;

/// <summary>Operators that take one value out of many.</summary>
internal static class ReductionRules
{
    public static IEnumerable<(string Operator, IGradientRule Rule)> All =>
    [
        ("ReduceSum", new ReduceSumRule()),
        ("ReduceMean", new ReduceMeanRule()),
        ("ReduceMax", new ReduceExtremeRule()),
        ("ReduceMin", new ReduceExtremeRule()),
        ("ReduceL1", new ReduceL1Rule()),
        ("ReduceL2", new ReduceL2Rule()),
        ("ReduceSumSquare", new ReduceSumSquareRule()),
        ("ReduceLogSum", new ReduceLogSumRule()),
        ("ReduceLogSumExp", new ReduceLogSumExpRule()),
    ];
}
