using System.Diagnostics;
using System.Runtime.InteropServices;

namespace MlNetVision.Tests;

/// <summary>Training steps of the original Darknet (Debian: darknet), through a small program that is compiled against its library.</summary>
internal sealed class DarknetOracle : IDisposable
{
    private const string Folder = "/usr/lib/darknet";

    private readonly TemporaryFolder _files = new();
    private readonly string _program;

    /// <summary>Compiles the program; the test is skipped where Darknet or a compiler is not there.</summary>
    public DarknetOracle()
    {
        if (!File.Exists($"{Folder}/libdarknet.so")) Absent.End("libdarknet.so (Debian: darknet)");
        _program = _files.Path("darknet-oracle");
        Tool.Run("clang", "clang", "-O1", "-w", $"-I{Folder}/include", Path.Combine(AppContext.BaseDirectory, "darknet-oracle.c"), "-o", _program,
            $"-L{Folder}", "-ldarknet", "-lm", $"-Wl,-rpath,{Folder}");
    }

    /// <summary>Runs steps.</summary>
    /// <param name="network">The text of the <c>.cfg</c>.</param>
    /// <param name="weights">The path of the weights; null: a file without any.</param>
    /// <param name="input">N × C × H × W.</param>
    /// <param name="truth">N × objects × (x, y, w, h, class), as many objects as Darknet's section takes.</param>
    /// <param name="seen">Images seen before.</param>
    /// <param name="steps">The number of steps, all on the same input.</param>
    public DarknetStep Step(string network, string? weights, float[] input, float[] truth, int seen, int steps = 1)
    {
        weights ??= _files.Write("empty.weights", [0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, .. new byte[8]]);
        var cfg = _files.Write("net.cfg", System.Text.Encoding.UTF8.GetBytes(network));
        var result = _files.Path("out");
        var start = new ProcessStartInfo(_program,
        [
            cfg, weights, _files.Write("input", Bytes(input)), _files.Write("truth", Bytes(truth)), $"{seen}", $"{steps}", result,
        ]) { RedirectStandardError = true, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, errors + output.Result);
        return new DarknetStep(Floats($"{result}.delta"), Floats($"{result}.cost")[0], $"{result}.weights");
    }

    public void Dispose() => _files.Dispose();

    private static byte[] Bytes(float[] values) => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();

    private static float[] Floats(string path) => MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(path)).ToArray();
}

/// <summary>What Darknet leaves behind.</summary>
/// <param name="Delta">The errors of the last layer's values, N × its values.</param>
/// <param name="Cost">The sum of their squares.</param>
/// <param name="Weights">The path of the weights after the last step.</param>
internal sealed record DarknetStep(float[] Delta, float Cost, string Weights);
