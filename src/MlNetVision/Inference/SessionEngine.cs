using MlNetVision.Imaging;
using MlNetVision.Onnx;

namespace MlNetVision.Inference;

/// <summary>What answers images for a <see cref="VisionModel{TResult}"/>, which counts its uses; several threads may ask at once.</summary>
/// <typeparam name="TResult">The answer to one image.</typeparam>
internal interface IImageEngine<out TResult> : IDisposable
{
    /// <summary>Whether images come in sRGB, by their colour profile; else with the values of their files.</summary>
    bool TakesSrgb { get; }

    /// <summary>How many images of many are worked on at once.</summary>
    int AtOnce { get; }

    /// <summary>Answers an image; the token stops the network.</summary>
    TResult Answer(RgbImage image, string name, bool isOneOfMany, CancellationToken cancellation);
}

/// <summary>The engine of networks that answer at one size: resize, pack, run, parse.</summary>
/// <typeparam name="TResult">The answer to one image.</typeparam>
internal sealed class SessionEngine<TResult> : IImageEngine<TResult>
{
    private readonly PixelNormalization _normalization;
    private readonly ByRun _answer;

    // One image at a time is soonest done with all threads on it; many are soonest done with a thread each.
    private readonly Lazy<NetworkSession> _one;
    private readonly Lazy<NetworkSession> _many;

    /// <param name="model">The network.</param>
    /// <param name="input">Its image input.</param>
    /// <param name="outputs">The outputs to compute, in the order that <paramref name="parse"/> takes them.</param>
    /// <param name="settings">How images become its input.</param>
    /// <param name="threads">The number of threads; 0: as many as there are processors.</param>
    /// <param name="parse">Makes the answer; it runs on several threads at once.</param>
    /// <param name="answer">Answers an image otherwise than by one resize and one run; null: so.</param>
    public SessionEngine(
        OnnxModel model, NetworkInput input, IReadOnlyList<string> outputs, PipelineSettings settings, int threads, Parser parse, ByRun? answer = null)
    {
        _normalization = PixelNormalization.Parse(settings.Preprocess);
        _answer = answer ?? ((name, image, run, normalization, cancellation) =>
            parse(name, run.Run(normalization, image, settings.Resize, out var geometry, cancellation), geometry));
        AtOnce = WorkerCount.Of(threads);
        _one = new(() => new NetworkSession(model, input, outputs, AtOnce));
        _many = new(() => AtOnce == 1 ? _one.Value : new NetworkSession(model, input, outputs, threads: 1));
    }

    /// <summary>Makes the answer from the outputs, which are valid only during the call, and what leads back to the image.</summary>
    public delegate TResult Parser(string name, IReadOnlyList<NetworkOutput> outputs, ImageGeometry geometry);

    /// <summary>Answers an image with the buffers of a run; the token stops the network.</summary>
    public delegate TResult ByRun(string name, RgbImage image, NetworkRun run, PixelNormalization normalization, CancellationToken cancellation);

    public bool TakesSrgb => false;

    public int AtOnce { get; }

    public TResult Answer(RgbImage image, string name, bool isOneOfMany, CancellationToken cancellation)
    {
        var session = (isOneOfMany ? _many : _one).Value;
        var run = session.Rent();
        try
        {
            return _answer(name, image, run, _normalization, cancellation);
        }
        finally
        {
            session.Return(run);
        }
    }

    public void Dispose()
    {
        if (_many.IsValueCreated) _many.Value.Dispose();
        if (_one.IsValueCreated) _one.Value.Dispose();
    }
}
