using System.Threading.Channels;
using MlNetVision.Gradients.Losses;
using MlNetVision.Imaging;
using MlNetVision.Inference;

namespace MlNetVision.Training.Detection;

/// <summary>A batch as a step takes it.</summary>
/// <param name="Pixels">N × 3 × height × width, RGB, 0 to 1.</param>
/// <param name="Width">The width of the images.</param>
/// <param name="Height">Their height.</param>
/// <param name="Objects">The objects of each image.</param>
internal sealed record DetectorBatch(float[] Pixels, int Width, int Height, IReadOnlyList<IReadOnlyList<YoloObject>> Objects);

/// <summary>
/// The batches of a training in the order of its steps, made ahead of time on other threads. A batch depends on the options and the number of its step alone.
/// </summary>
/// <param name="sampler">The images.</param>
/// <param name="size">The network's width and height.</param>
/// <param name="stride">What sizes are multiples of.</param>
/// <param name="options">The settings.</param>
internal sealed class DetectionBatches(DetectionSampler sampler, (int Width, int Height) size, int stride, DetectorTrainingOptions options)
{
    private const int Ahead = 2;

    /// <summary>Steps at one size, as Darknet has them.</summary>
    private const int StepsPerSize = 10;

    private readonly BatchPlan _plan = new(sampler.Count, options.BatchSize, options.Seed);
    private (int Epoch, int[] Rows) _order = (-1, []);

    /// <summary>The number of steps in an epoch.</summary>
    public int StepsPerEpoch => _plan.Count;

    /// <summary>The number of steps in the whole training.</summary>
    public long Steps => (long)_plan.Count * options.Epochs;

    /// <summary>The batches from a step on.</summary>
    public async IAsyncEnumerable<DetectorBatch> From(long step, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var channel = Channel.CreateBounded<DetectorBatch>(Ahead);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var making = Task.Run(async () =>
        {
            try
            {
                for (var next = step; next < Steps; next++) await channel.Writer.WriteAsync(Make(next, stop.Token), stop.Token).ConfigureAwait(false);
                channel.Writer.Complete();
            }
            catch (Exception e)
            {
                channel.Writer.Complete(e);
            }
        }, CancellationToken.None);
        try
        {
            await foreach (var batch in channel.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false)) yield return batch;
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await making.ConfigureAwait(false);
        }
    }

    /// <summary>The batch of a step.</summary>
    public DetectorBatch Make(long step, CancellationToken cancellationToken)
    {
        var (epoch, batch) = ((int)(step / _plan.Count), (int)(step % _plan.Count));
        if (_order.Epoch != epoch) _order = (epoch, _plan.Order(epoch));
        var rows = _order.Rows[_plan.At(batch)];
        var (width, height) = SizeAt(step);
        var mosaic = options.HasMosaics(epoch);
        var length = 3 * width * height;
        var (pixels, objects) = (new float[rows.Length * length], new IReadOnlyList<YoloObject>[rows.Length]);
        // Half of the processors: the network itself needs the others.
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, WorkerCount.Of(options.Threads) / 2), CancellationToken = cancellationToken };
        Parallel.For(0, rows.Length, parallel, i =>
        {
            using var sample = sampler.At(epoch, rows[i], width, height, mosaic);
            TensorPacker.Pack(sample.Image, pixels.AsSpan(i * length, length), PixelLayout.Nchw, PixelNormalization.Unit);
            objects[i] = sample.Objects;
        });
        return new DetectorBatch(pixels, width, height, objects);
    }

    private (int Width, int Height) SizeAt(long step)
    {
        if (options.Sizes is not { } sizes) return size;
        var factor = new SeededRandom(options.Seed, -1, (int)(step / StepsPerSize)).Between(sizes.Least, sizes.Most);
        return (Rounded(size.Width * factor), Rounded(size.Height * factor));
    }

    private int Rounded(double side) => Math.Max(1, (int)Math.Round(side / stride)) * stride;
}
