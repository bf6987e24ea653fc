using System.Runtime.InteropServices;

namespace MlNetVision.Onnx.Tests.Import.Darknet;

/// <summary>The original Darknet as Debian packages it (<c>apt-get install darknet</c>); tests that need it skip where it is absent.</summary>
internal static unsafe class OriginalDarknet
{
    private static readonly Lock OneAtATime = new();

    private static readonly nint Library =
        NativeLibrary.TryLoad("/usr/lib/darknet/libdarknet.so", out var handle) ? handle : 0;

    /// <summary>Runs a network and gives what its last layer gives.</summary>
    public static float[] Run(string cfg, string weights, float[] image) => WithNetwork(cfg, weights, network =>
    {
        ((delegate* unmanaged<nint, int, void>)Function("set_batch_network"))(network, 1);
        var count = ((delegate* unmanaged<nint, int>)Function("network_outputs"))(network);
        fixed (float* values = image)
        {
            var given = ((delegate* unmanaged<nint, float*, float*>)Function("network_predict"))(network, values);
            return new Span<float>(given, count).ToArray();
        }
    });

    /// <summary>Writes the weights that Darknet starts training a network from: random kernels, and variances of 0.</summary>
    public static void SaveRandomWeights(string cfg, string weights) => WithNetwork(cfg, null, network =>
    {
        var path = Marshal.StringToCoTaskMemUTF8(weights);
        ((delegate* unmanaged<nint, nint, void>)Function("save_weights"))(network, path);
        Marshal.FreeCoTaskMem(path);
        return true;
    });

    private static T WithNetwork<T>(string cfg, string? weights, Func<nint, T> use)
    {
        if (Library == 0) Absent.End("Debian's darknet");
        nint cfgPath = Marshal.StringToCoTaskMemUTF8(cfg), weightsPath = weights is null ? 0 : Marshal.StringToCoTaskMemUTF8(weights);
        lock (OneAtATime)
        {
            var network = ((delegate* unmanaged<nint, nint, int, nint>)Function("load_network"))(cfgPath, weightsPath, 0);
            try
            {
                return use(network);
            }
            finally
            {
                ((delegate* unmanaged<nint, void>)Function("free_network"))(network);
                Marshal.FreeCoTaskMem(cfgPath);
                Marshal.FreeCoTaskMem(weightsPath);
            }
        }
    }

    private static nint Function(string name) => NativeLibrary.GetExport(Library, name);
}
