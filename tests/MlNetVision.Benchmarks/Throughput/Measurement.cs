namespace MlNetVision.Benchmarks;

/// <summary>The costs of a contender over all rounds.</summary>
/// <param name="Median">The median of each cost.</param>
/// <param name="Least">The least of each: on a busy machine, what comes closest to a quiet one.</param>
internal readonly record struct Measurement(Sample Median, Sample Least)
{
    public static Measurement Of(IReadOnlyCollection<Sample> samples) => new(Each(samples, Middle), Each(samples, v => v[0]));

    private static Sample Each(IReadOnlyCollection<Sample> samples, Func<double[], double> of)
    {
        double Take(Func<Sample, double> value) => of([.. samples.Select(value).Order()]);
        return new Sample(Take(s => s.Wall), Take(s => s.Cpu), Take(s => s.Managed), Take(s => s.Boxes));
    }

    private static double Middle(double[] sorted) => (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
}
