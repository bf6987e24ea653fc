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

    /// <summary>Runs a detector and gives what Darknet makes of its last layer, before suppression, for an image of the network's size.</summary>
    public static IReadOnlyList<DarknetBox> Detect(string cfg, string weights, float[] image, int classes, float threshold) =>
        WithNetwork(cfg, weights, network =>
    {
        ((delegate* unmanaged<nint, int, void>)Function("set_batch_network"))(network, 1);
        fixed (float* values = image) ((delegate* unmanaged<nint, float*, float*>)Function("network_predict"))(network, values);
        var width = ((delegate* unmanaged<nint, int>)Function("network_width"))(network);
        var height = ((delegate* unmanaged<nint, int>)Function("network_height"))(network);
        var count = 0;
        var found = ((delegate* unmanaged<nint, int, int, float, float, nint, int, int*, CDetection*>)Function("get_network_boxes"))(
            network, width, height, threshold, .5f, 0, 1, &count);
        var boxes = new DarknetBox[count];
        for (var i = 0; i < count; i++)
        {
            var d = found[i];
            boxes[i] = new(d.X, d.Y, d.Width, d.Height, d.Objectness, new Span<float>(d.Scores, classes).ToArray());
        }
        ((delegate* unmanaged<CDetection*, int, void>)Function("free_detections"))(found, count);
        return boxes;
    });

    /// <summary>The class that Darknet calls a cell by a hierarchy, and the probability of every class, from those among the children of each parent.</summary>
    public static (int Class, float[] Probabilities) Call(string treeFile, float[] conditional, float threshold)
    {
        if (Library == 0) Absent.End("Debian's darknet");
        var path = Marshal.StringToCoTaskMemUTF8(treeFile);
        var tree = ((delegate* unmanaged<nint, nint>)Function("read_tree"))(path);
        Marshal.FreeCoTaskMem(path);
        var values = (float[])conditional.Clone();
        fixed (float* given = values)
        {
            ((delegate* unmanaged<float*, int, nint, int, int, void>)Function("hierarchy_predictions"))(given, values.Length, tree, 0, 1);
            return (((delegate* unmanaged<float*, nint, float, int, int>)Function("hierarchy_top_prediction"))(given, tree, threshold, 1), values);
        }
    }

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

    /// <summary>Darknet's <c>detection</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct CDetection
    {
        public float X, Y, Width, Height;
        public int Classes;   // set by some layers only
        public float* Scores;
        public float* Mask;
        public float Objectness;
        public int SortClass;
    }
}

/// <summary>A box of Darknet: centre and size, in parts of the image ([detection]: in pixels), its objectness, and a score per class, 0 below the threshold.</summary>
internal sealed record DarknetBox(float X, float Y, float Width, float Height, float Objectness, float[] Scores);
