using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using MlNetVision.Data;
using MlNetVision.Gradients.Optimizers;
using MlNetVision.Imaging;
using MlNetVision.Inference;
using MlNetVision.Onnx;

namespace MlNetVision.Training.Style;

/// <summary>
/// Trains a network that paints any photo like one painting, by the losses of <see cref="StyleLosses"/> in a fixed network of features:
/// Johnson, Alahi, Fei-Fei, "Perceptual losses for real-time style transfer", arXiv:1603.08155.
/// </summary>
public sealed class StyleTrainer
{
    private const float WarmUp = 30;
    private const float Decay = 100;

    private readonly OnnxModel _features;
    private readonly StyleTrainingOptions _options;
    private readonly StyleTrainingRun _run;

    private StyleTrainer(OnnxModel features, StyleTrainingOptions options, StyleTrainingRun run) =>
        (_features, _options, _run) = (features, options, run);

    /// <summary>Trains a style network from random weights.</summary>
    /// <param name="features">A VGG-like network that takes images of any size; it is not changed.</param>
    /// <param name="painting">
    /// The image of the style: a path, bytes, a stream, an image in memory, …; its shorter side is resized to the crops' side.
    /// </param>
    /// <param name="photos">The training images; unreadable ones are left out when their turn comes.</param>
    /// <param name="options">The settings; null: the defaults.</param>
    /// <param name="run">Callbacks and workspace; null: none.</param>
    /// <param name="cancellationToken">Ends training; the current step is dropped. The network before it is the result and is written as a
    /// checkpoint.</param>
    /// <exception cref="BadModelException">The network has no such layer, or an operator without a gradient.</exception>
    /// <exception cref="BadDataSetException">There is no photo, or none can be read.</exception>
    /// <exception cref="BadImageException">The painting cannot be read.</exception>
    /// <exception cref="ArgumentException">An option is out of its range, the workspace has a file of another kind under the checkpoint's name, another training works in it, or
    /// the learning rate is so high that the loss is not a number.</exception>
    /// <exception cref="OperationCanceledException">Cancelled in the first step.</exception>
    public static TrainedStyle Train(
        OnnxModel features, ImageSource painting, IReadOnlyList<string> photos, StyleTrainingOptions? options = null, StyleTrainingRun? run = null,
            CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(painting);
        ArgumentNullException.ThrowIfNull(photos);
        options ??= new();
        options.Check();
        run ??= new StyleTrainingRun();
        run.Check();
        using var held = WorkspaceLock.Take(run.Workspace);
        return new StyleTrainer(features, options, run).Train(painting, photos, cancellationToken);
    }

    private TrainedStyle Train(ImageSource painting, IReadOnlyList<string> photos, CancellationToken cancellationToken)
    {
        var crops = new PhotoCrops(photos, _options.Crop, _options.Seed);
        crops.At(0).Dispose(); // fails before the network is built if there is no photo
        using var image = painting.Load(toSrgb: true);
        using var step = new PerceptualStep(_features, image, _options, cancellationToken);
        if (step.Assumption is { } assumption) _run.Log?.Invoke(assumption);
        if (step.DeviceNote is { } note) _run.Log?.Invoke(note);
        // With a larger β₂ the large gradients of the first steps would slow down all later steps.
        var adam = new AdamOptimizer(new AdamOptions { Beta2 = 0.99f });
        var file = _run.Open(() => HashSetup(step.Features, image, photos));
        var begun = file?.Resume(step.Parameters, adam)?.Steps ?? 0;
        var (done, kept, clock) = (begun, begun, Stopwatch.StartNew());
        while (done < _options.Steps && !cancellationToken.IsCancellationRequested)
        {
            if (RunStep(step, crops, done, cancellationToken) is not { } terms) break;
            // Checked before weights change, so that checkpoints are always valid.
            if (!double.IsFinite(terms.Total) || !step.Parameters.All(p => Array.TrueForAll(p.Gradient, float.IsFinite)))
            {
                var reason = done == begun ? "its weights are too large"
                    : FormattableString.Invariant($"the learning rate {_options.LearningRate} is too high");
                throw new ArgumentException($"At step {done + 1} the loss or its gradient is not a number: {reason}.");
            }
            adam.Step(step.Parameters, RateAt(done));
            done++;
            _run.Progress?.Invoke(new StyleTrainingProgress(done, _options.Steps, terms,
                clock.Elapsed * ((double)(_options.Steps - done) / (done - begun))));
            if (done % _options.KeepEvery == 0) Keep(file, step, adam, kept = done);
        }
        if (done > kept) Keep(file, step, adam, done);
        if (done == 0) throw new OperationCanceledException(cancellationToken);
        return new TrainedStyle(step.Export(), done, done < _options.Steps, crops.Unreadable);
    }

    /// <summary>The losses of a step; null where it was cancelled, which changes no weight.</summary>
    private static StyleTerms? RunStep(PerceptualStep step, PhotoCrops crops, int number, CancellationToken cancellationToken)
    {
        try
        {
            return step.Run(crops, number, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>
    /// Rises over the first steps, then falls with the root of the step. It does not depend on the number of steps, so a run can be extended.
    /// </summary>
    private float RateAt(int step) => _options.LearningRate * Math.Min(1, (step + 1f) / WarmUp) / MathF.Sqrt(1 + step / Decay);

    private void Keep(CheckpointFile? file, PerceptualStep step, AdamOptimizer adam, int done)
    {
        file?.Keep(TrainingCheckpoint.Of(step.Parameters, adam) with { Steps = done });
        _run.Kept?.Invoke(done, step.Export());
    }

    /// <summary>The hash that a checkpoint must have to be resumed; the number of steps may grow.</summary>
    private string HashSetup(OnnxModel features, RgbImage painting, IReadOnlyList<string> photos)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(_options.Identity()));
        hash.AppendData(features.ToBytes());
        hash.AppendData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{painting.Width}×{painting.Height}\n")));
        hash.AppendData(painting.Pixels);
        foreach (var photo in photos.Select(p => new FileInfo(p))) hash.AppendData(
            Encoding.UTF8.GetBytes(FormattableString.Invariant($"{photo.Name}:{(photo.Exists ? photo.Length : 0)}\n")));
        return Convert.ToHexString(hash.GetHashAndReset());
    }
}

/// <summary>The progress of a style network's training after a step.</summary>
/// <param name="Step">The step, from 1.</param>
/// <param name="Steps">All steps.</param>
/// <param name="Losses">The terms, averaged over the photos of the step, each by its weight: they add up to the total.</param>
/// <param name="Remaining">The estimated time left.</param>
public sealed record StyleTrainingProgress(int Step, int Steps, StyleTerms Losses, TimeSpan Remaining);

/// <summary>The result of a style network's training.</summary>
/// <param name="Model">The network; <see cref="MlNetVision.Style.ImageStylizer"/> opens it.</param>
/// <param name="Steps">The number of finished steps.</param>
/// <param name="IsCancelled">Whether it was cancelled before its last step.</param>
/// <param name="Unreadable">The photos that were left out.</param>
public sealed record TrainedStyle(OnnxModel Model, int Steps, bool IsCancelled, IReadOnlyList<UnreadableImage> Unreadable);
