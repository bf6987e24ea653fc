using MlNetVision.Imaging;
using MlNetVision.Onnx;

namespace MlNetVision.Pipelines;

/// <summary>
/// A network that answers pictures, for the doors that know no ML.NET: decode, resize, pack, run, parse.
/// Calls may come from several threads; dispose it when none is running any more.
/// </summary>
/// <typeparam name="TResult">The answer to one picture.</typeparam>
internal sealed class PictureNetwork<TResult> : IDisposable where TResult : class
{
    private readonly PixelNormalization _normalization;
    private readonly Answer _answer;
    private readonly int _workers;
    private readonly PictureLimits? _limits;

    // One picture at a time is soonest done with all threads on it; many are soonest done with a thread each.
    private readonly Lazy<NetworkSession> _one;
    private readonly Lazy<NetworkSession> _many;

    /// <param name="model">The network.</param>
    /// <param name="input">Its picture input.</param>
    /// <param name="outputs">The outputs to compute, in the order that <paramref name="parse"/> takes them.</param>
    /// <param name="settings">How pictures become its input.</param>
    /// <param name="workers">The number of threads.</param>
    /// <param name="parse">Makes the answer; it runs on several threads at once.</param>
    /// <param name="limits">What a picture file may ask for; null: the default.</param>
    /// <param name="answer">Answers a picture otherwise than by one resize and one run; null: so.</param>
    public PictureNetwork(
        OnnxModel model, NetworkInput input, IReadOnlyList<string> outputs, PipelineSettings settings, int workers, Parser parse,
        PictureLimits? limits = null, Answer? answer = null)
    {
        _limits = limits;
        _normalization = PixelNormalization.Parse(settings.Preprocess);
        _answer = answer ?? ((name, picture, run, normalization) => parse(name, run.Run(normalization, picture, settings.Resize, out var geometry), geometry));
        _workers = workers;
        _one = new(() => new NetworkSession(model, input, outputs, workers));
        _many = new(() => workers == 1 ? _one.Value : new NetworkSession(model, input, outputs, threads: 1));
    }

    /// <summary>Makes the answer from the outputs, which are valid only during the call, and what leads back to the picture.</summary>
    public delegate TResult Parser(string name, IReadOnlyList<NetworkOutput> outputs, ImageGeometry geometry);

    /// <summary>Answers a picture with the buffers of a run.</summary>
    public delegate TResult Answer(string name, Picture picture, NetworkRun run, PixelNormalization normalization);

    public TResult Run(string path)
    {
        using var picture = Picture.Load(path, _limits);
        return Run(picture, path);
    }

    public TResult Run(Picture picture, string name)
    {
        ArgumentNullException.ThrowIfNull(picture);
        return Run(_one.Value, picture, name);
    }

    /// <summary>Answers many files in order, several at once, with few in memory.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="then">Work on each picture while it is in memory, or null.</param>
    /// <param name="cancellation">Stops after the pictures that are being worked on.</param>
    /// <returns>For each file its answer, or the error that it failed with.</returns>
    public IAsyncEnumerable<(string Path, TResult? Result, Exception? Error)> RunMany(
        IEnumerable<string> paths, Action<Picture, TResult>? then, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var session = paths.TryGetNonEnumeratedCount(out var count) && count == 1 ? _one : _many;
        return OrderedParallel.Run(paths, path => Attempt(session, path, then), _workers, cancellation);
    }

    public void Dispose()
    {
        if (_many.IsValueCreated) _many.Value.Dispose();
        if (_one.IsValueCreated) _one.Value.Dispose();
    }

    private (string, TResult?, Exception?) Attempt(Lazy<NetworkSession> session, string path, Action<Picture, TResult>? then)
    {
        try
        {
            using var picture = Picture.Load(path, _limits);
            var result = Run(session.Value, picture, path);
            then?.Invoke(picture, result);
            return (path, result, null);
        }
        catch (Exception e) when (e is BadImageException or IOException or UnauthorizedAccessException)
        {
            return (path, null, e);
        }
    }

    private TResult Run(NetworkSession session, Picture picture, string name)
    {
        var run = session.Rent();
        try
        {
            return _answer(name, picture, run, _normalization);
        }
        finally
        {
            session.Return(run);
        }
    }
}
