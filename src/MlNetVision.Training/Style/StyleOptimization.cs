using System.Diagnostics;
using MlNetVision.Gradients;
using MlNetVision.Gradients.Optimizers;
using MlNetVision.Imaging;

namespace MlNetVision.Training.Style;

/// <summary>Optimises an image. At the end, also after an exception, it is the best image found.</summary>
internal static class StyleOptimization
{
    /// <summary>
    /// The first step of L-BFGS, in levels of 0–255. The customary step of 1 / Σ|slope| costs the line search some 13 evaluations more, because
    /// these losses are of the order of 10¹².
    /// </summary>
    private const double FirstStep = 10;

    /// <param name="options">The settings.</param>
    /// <param name="objective">The losses.</param>
    /// <param name="point">The image in levels, which is changed.</param>
    /// <param name="report">Receives the progress.</param>
    /// <param name="cancellationToken">Ends the optimisation and the evaluation under way.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static void Run(
        NeuralStyleOptions options, StyleObjective objective, float[] point, StyleReport report, CancellationToken cancellationToken)
    {
        if (options.Optimizer == StyleOptimizer.Adam) RunAdam(options, objective, point, report, cancellationToken);
        else RunLbfgs(options, objective, point, report, cancellationToken);
    }

    private static void RunLbfgs(NeuralStyleOptions options, StyleObjective objective, float[] point, StyleReport report,
        CancellationToken cancellationToken)
    {
        // The last evaluation of a line search need not be the one that is kept.
        var best = objective.Terms with { Total = double.PositiveInfinity };
        double Evaluate(float[] at, float[] gradient)
        {
            objective.Evaluate(at, gradient, cancellationToken);
            if (objective.Terms.Total < best.Total) best = objective.Terms;
            return objective.Terms.Total;
        }

        var end = Lbfgs.Minimize(
            Evaluate, point,
            // Only the ratios of weights matter: small weights give small slopes, whose size means nothing.
            new LbfgsOptions
            {
                History = options.History, MaxIterations = options.Iterations, MaxEvaluations = options.MaxEvaluations, FirstStep = FirstStep,
                    GradientTolerance = 0,
            },
            step =>
            {
                report.Iterated(step.Iteration, best, point);
                return true;
            });
        if (end.Iteration == 0) report.Unimproved(best);
    }

    private static void RunAdam(NeuralStyleOptions options, StyleObjective objective, float[] point, StyleReport report,
        CancellationToken cancellationToken)
    {
        var image = new TrainableTensor("image", [point.Length], (float[])point.Clone());
        var adam = new AdamOptimizer();
        var best = objective.Terms with { Total = double.PositiveInfinity };
        var iterations = Math.Min(options.Iterations, options.MaxEvaluations);
        for (var i = 1; i <= iterations; i++)
        {
            objective.Evaluate(image.Values, image.Gradient, cancellationToken);
            if (objective.Terms.Total < best.Total)
            {
                best = objective.Terms;
                image.Values.CopyTo(point, 0);
            }
            adam.Step([image], options.LearningRate);
            report.Iterated(i, best, point);
        }
    }
}

/// <summary>Reports the progress of an optimisation over all its scales.</summary>
/// <param name="options">The settings.</param>
/// <param name="pixels">The pixels of each scale.</param>
/// <param name="progress">Called after each iteration; null: no callback.</param>
/// <param name="preview">Called with the image; null: no callback.</param>
/// <param name="previewEvery">The interval of previews in iterations.</param>
internal sealed class StyleReport(NeuralStyleOptions options, IReadOnlyList<long> pixels, IProgress<StyleProgress>? progress,
    Action<RgbImage>? preview, int previewEvery)
{
    private long _begun;
    private int _scale;
    private int _before;
    private StyleObjective? _objective;
    private Func<float[], RgbImage> _toImage = _ => throw new InvalidOperationException();

    /// <summary>The terms of the best image.</summary>
    public StyleTerms Terms { get; private set; } = new(0, [], 0, 0);

    /// <summary>Iterations at this scale so far.</summary>
    public int Iterations { get; private set; }

    /// <summary>Evaluations so far.</summary>
    public int Evaluations => _before + (_objective?.Evaluations ?? 0);

    /// <summary>Begins a scale.</summary>
    public void Begin(int scale, StyleObjective objective, Func<float[], RgbImage> toImage)
    {
        if (_objective is null) _begun = Stopwatch.GetTimestamp();
        (_before, Iterations) = (Evaluations, 0);
        (_scale, _objective, _toImage) = (scale, objective, toImage);
    }

    /// <summary>Counts an iteration that did not improve the image that the scale started from.</summary>
    public void Unimproved(StyleTerms terms) => Terms = terms;

    /// <summary>Counts an iteration whose best image is this one.</summary>
    public void Iterated(int iteration, StyleTerms terms, float[] point)
    {
        (Terms, Iterations) = (terms, iteration);
        progress?.Report(new StyleProgress(_scale, iteration, Evaluations, terms, Remaining()));
        if (preview is null || iteration % previewEvery != 0) return;
        using var image = _toImage(point);
        preview(image);
    }

    /// <summary>An iteration takes as long as there are pixels.</summary>
    private TimeSpan Remaining()
    {
        var done = options.Iterations * pixels.Take(_scale).Sum() + Iterations * pixels[_scale];
        return Stopwatch.GetElapsedTime(_begun) * ((double)(options.Iterations * pixels.Sum() - done) / done);
    }
}
