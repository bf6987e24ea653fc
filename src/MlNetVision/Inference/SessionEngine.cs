using MlNetVision.Imaging;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Runtime;

namespace MlNetVision.Inference;

/// <summary>Runs images for a <see cref="VisionModel{TResult}"/>, which counts uses. Thread-safe.</summary>
/// <typeparam name="TResult">The result for one image.</typeparam>
internal interface IImageEngine<TResult> : IDisposable where TResult : class
{
    /// <summary>Whether colour profiles are applied (sRGB); else images have the values of their files.</summary>
    bool TakesSrgb { get; }

    /// <summary>The number of images processed concurrently.</summary>
    int AtOnce { get; }

    /// <summary>The number of images of many in one run. Default: 1.</summary>
    int Batch => 1;

    /// <summary>The device that runs the network, whose session is opened where none is.</summary>
    /// <exception cref="BadDeviceException">None that was asked for works.</exception>
    DeviceInUse Device { get; }

    /// <summary>Whether ONNX Runtime has taken the network: what goes wrong before that is the model's, afterwards one image's.</summary>
    bool IsOpen { get; }

    /// <summary>Runs an image; the token stops the network.</summary>
    TResult Process(RgbImage image, string name, bool isOneOfMany, CancellationToken cancellationToken);

    /// <summary>Runs up to a batch of images in one run; what is wrong with one of them alone is its error.</summary>
    IReadOnlyList<(TResult? Result, Exception? Error)> ProcessBatch(
        IReadOnlyList<(RgbImage Image, string Name)> images, CancellationToken cancellationToken) => throw new NotSupportedException();
}

/// <summary>The device that runs a network.</summary>
/// <param name="Device">The device.</param>
/// <param name="Note">Why it is not the first that was asked for, in a sentence; null where it is.</param>
internal readonly record struct DeviceInUse(Device Device, string? Note)
{
    /// <summary>The device of a session.</summary>
    public static DeviceInUse Of(OnnxSession session) => new(session.Device, session.DeviceNote);

    /// <summary>The processor, where nothing else is asked for; else the device of a session.</summary>
    public static DeviceInUse Of(DeviceList? asked, Func<DeviceInUse> session) => asked is null || asked.IsCpu ? default : session();
}

/// <summary>The engine of networks that take an image at once: resize, pack, run, parse.</summary>
/// <typeparam name="TResult">The result for one image.</typeparam>
internal sealed class SessionEngine<TResult> : IImageEngine<TResult> where TResult : class
{
    private readonly PixelNormalization _normalization;
    private readonly ByRun _byRun;
    private readonly Func<RgbImage, (int Width, int Height)>? _sizeOf;
    private readonly Parser _parse;
    private readonly ResizeOptions _resize;

    private readonly DeviceList? _asked;

    // On the processor a single image is fastest with all threads; many are fastest with one thread each.
    private readonly Lazy<NetworkSession> _one;
    private readonly Lazy<NetworkSession> _many;
    private readonly Lazy<NetworkSession> _batches;

    /// <param name="network">The network, with how images become its input, and its device.</param>
    /// <param name="model">The network as it runs.</param>
    /// <param name="outputs">The outputs to compute, in the order that <paramref name="parse"/> takes them.</param>
    /// <param name="threads">The number of threads; 0: one per processor.</param>
    /// <param name="parse">Makes the result; called concurrently.</param>
    /// <param name="byRun">Replaces resize, run and parse, such as for windows; null: no replacement.</param>
    /// <param name="batch">The batches of images, of many; null: each has a run of its own.</param>
    /// <param name="sizeOf">The size of the input for an image, of networks of free size; null: it has one size.</param>
    public SessionEngine(
        VisionNetwork network, OnnxModel model, IReadOnlyList<string> outputs, int threads, Parser parse, ByRun? byRun = null,
        Func<RgbImage, (int Width, int Height)>? sizeOf = null, ImageBatch? batch = null)
    {
        var settings = network.Pipeline;
        (_sizeOf, _parse, _resize, Batch) = (sizeOf, parse, settings.Resize, batch?.Count ?? 1);
        _asked = network.Device;
        _normalization = PixelNormalization.Parse(settings.Preprocess);
        _byRun = byRun ?? ((name, image, run, normalization, cancellationToken) =>
            parse(name, run.Run(normalization, image, run.Fit(settings.Resize), out var geometry, cancellationToken), geometry));
        var workers = WorkerCount.Of(threads);
        // A batch runs on all threads, while the next one is decoded.
        AtOnce = batch is null ? workers : 2;
        _one = new(() => new NetworkSession(model, network.Input, outputs, workers, _asked));
        _batches = new(() => new NetworkSession(batch!.Model, network.Input with { Batch = batch.Count }, outputs, workers, _asked));
        // An accelerator has one session for all, which spares its memory.
        _many = new(() => AtOnce == 1 || Device.Device != default ? _one.Value
            : new NetworkSession(model, network.Input, outputs, threads: 1));
    }

    /// <summary>Makes the result from the outputs, which are valid only during the call, and the geometry.</summary>
    public delegate TResult Parser(string name, IReadOnlyList<NetworkOutput> outputs, ImageGeometry geometry);

    /// <summary>Runs an image with the buffers of a run; the token stops the network.</summary>
    public delegate TResult ByRun(string name, RgbImage image, NetworkRun run, PixelNormalization normalization, CancellationToken cancellationToken);

    public bool TakesSrgb => false;

    public int AtOnce { get; }

    public DeviceInUse Device => DeviceInUse.Of(_asked, () => _one.Value.Device);

    public int Batch { get; }

    public bool IsOpen => _one.IsValueCreated || _many.IsValueCreated || _batches.IsValueCreated;

    public TResult Process(RgbImage image, string name, bool isOneOfMany, CancellationToken cancellationToken)
    {
        var session = (isOneOfMany ? _many : _one).Value;
        var run = _sizeOf is null ? session.Rent() : session.Rent(_sizeOf(image));
        try
        {
            return _byRun(name, image, run, _normalization, cancellationToken);
        }
        finally
        {
            session.Return(run);
        }
    }

    public IReadOnlyList<(TResult? Result, Exception? Error)> ProcessBatch(
        IReadOnlyList<(RgbImage Image, string Name)> images, CancellationToken cancellationToken)
    {
        var session = _batches.Value;
        var run = session.Rent();
        try
        {
            var outputs = run.RunBatch(_normalization, [.. images.Select(i => i.Image)], _resize, cancellationToken);
            return [.. images.Select((image, i) => Parse(image.Name, outputs[i].Outputs, outputs[i].Geometry))];
        }
        finally
        {
            session.Return(run);
        }
    }

    private (TResult? Result, Exception? Error) Parse(string name, IReadOnlyList<NetworkOutput> outputs, ImageGeometry geometry)
    {
        try
        {
            return (_parse(name, outputs, geometry), null);
        }
        catch (Exception e)
        {
            return (null, e); // of this image; the reader of the outcome decides
        }
    }

    public void Dispose()
    {
        if (_batches.IsValueCreated) _batches.Value.Dispose();
        if (_many.IsValueCreated) _many.Value.Dispose();
        if (_one.IsValueCreated) _one.Value.Dispose();
    }
}
