using System.Runtime.InteropServices;

namespace MlNetVision.Tests.Onnx.Darknet;

/// <summary>The original Darknet as Debian packages it (<c>apt-get install darknet</c>); tests that need it skip where it is absent.</summary>
internal static class OriginalDarknet
{
    private static readonly Lock OneAtATime = new();

    private static readonly nint Library =
        NativeLibrary.TryLoad("/usr/lib/darknet/libdarknet.so", out var handle) ? handle : 0;

    /// <summary>Runs a network and gives what its last layer gives.</summary>
    public static unsafe float[] Run(string cfg, string weights, float[] image)
    {
        RequireLibrary();
        var load = (delegate* unmanaged<byte*, byte*, int, nint>)NativeLibrary.GetExport(Library, "load_network");
        var setBatch = (delegate* unmanaged<nint, int, void>)NativeLibrary.GetExport(Library, "set_batch_network");
        var predict = (delegate* unmanaged<nint, float*, float*>)NativeLibrary.GetExport(Library, "network_predict");
        var outputs = (delegate* unmanaged<nint, int>)NativeLibrary.GetExport(Library, "network_outputs");
        byte* cfgText = (byte*)Marshal.StringToCoTaskMemUTF8(cfg), weightsText = (byte*)Marshal.StringToCoTaskMemUTF8(weights);
        lock (OneAtATime)
        {
            try
            {
                var network = load(cfgText, weightsText, 0);
                setBatch(network, 1);
                fixed (float* values = image) return new Span<float>(predict(network, values), outputs(network)).ToArray();
            }
            finally
            {
                Marshal.FreeCoTaskMem((nint)cfgText);
                Marshal.FreeCoTaskMem((nint)weightsText);
            }
        }
    }

    private static void RequireLibrary()
    {
        if (Library == 0) Assert.Inconclusive("needs Debian's darknet");
    }
}
