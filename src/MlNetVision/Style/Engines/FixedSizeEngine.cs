using MlNetVision.Imaging;
using MlNetVision.Inference;

namespace MlNetVision.Style;

/// <summary>The engine of networks of one size: images are resized to it and outputs back.</summary>
internal sealed class FixedSizeEngine(StyleNetwork network, int threads) : IStyleEngine
{
    private readonly NetworkSession _session = new(network.Model, network.Input, [network.Settings.Output], threads);
    private readonly PixelNormalization _normalization = PixelNormalization.Parse(network.Settings.Preprocess);
    private readonly StyleParser _parser = new(network.Settings);

    public RgbImage Stylize(RgbImage photo, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var run = _session.Rent();
        try
        {
            var answer = run.Run(_normalization, photo, network.Settings.Resize, out var geometry, cancellation)[0];
            var expected = 3L * network.Settings.OutputWidth * network.Settings.OutputHeight;
            return answer.Data.Length == expected
                ? _parser.Parse(answer.Floats, geometry)
                : throw new BadModelException($"{network.Model.Name}: the output '{answer.Name}' has the shape {string.Join('×', answer.Shape)}; expected {expected} values.");
        }
        finally
        {
            _session.Return(run);
        }
    }

    public void Dispose() => _session.Dispose();
}
