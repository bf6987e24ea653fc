using System.Reflection;
using System.Runtime.Loader;
using MlNetVision.Onnx;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Gradients.Tests;

/// <summary>An app that lacks the native part of ONNX Runtime: the assemblies once more, in a context that finds no such library.</summary>
[TestClass]
public sealed class MissingRuntimeTests
{
    [TestMethod]
    public void GradientSession_NativePartMissing_NamesThePackages()
    {
        var bare = new BareContext();
        var subject = bare.LoadFromAssemblyPath(typeof(MissingRuntimeTests).Assembly.Location).GetType(typeof(MissingRuntimeTests).FullName!)!;
        var open = subject.GetMethod(nameof(Open), BindingFlags.NonPublic | BindingFlags.Static)!.CreateDelegate<Func<string>>();
        for (var i = 0; i < 2; i++) StringAssert.Matches(open(), new("^InvalidOperationException: .*Microsoft\\.ML\\.OnnxRuntime"), $"time {i}");
    }

    private static string Open()
    {
        var builder = new GraphWriter("net");
        builder.Output(builder.Node("ReduceSum", "loss", [builder.Node("Mul", "y", [builder.Input("x", DataType.Float, 2), builder.Floats("w", [1, 2], 2)])], ("keepdims", 0)), DataType.Float);
        try
        {
            new GradientSession(TrainingGraph.Differentiate(builder.Build("net"), "loss", ["w"])).Dispose();
            return "opened";
        }
        catch (Exception e)
        {
            return $"{e.GetType().Name}: {e.Message}";
        }
    }

    private sealed class BareContext() : AssemblyLoadContext(nameof(BareContext))
    {
        private static readonly string Folder = Path.GetDirectoryName(typeof(MissingRuntimeTests).Assembly.Location)!;

        protected override Assembly? Load(AssemblyName assemblyName)
        {
            var path = Path.Combine(Folder, $"{assemblyName.Name}.dll");
            var isOurs = assemblyName.Name!.StartsWith("MlNetVision", StringComparison.Ordinal) || assemblyName.Name is "Microsoft.ML.OnnxRuntime" or "Google.Protobuf";
            return isOurs && File.Exists(path) ? LoadFromAssemblyPath(path) : null;
        }

        protected override IntPtr LoadUnmanagedDll(string unmanagedDllName) =>
            unmanagedDllName.Contains("onnxruntime", StringComparison.OrdinalIgnoreCase) ? throw new DllNotFoundException(unmanagedDllName) : IntPtr.Zero;
    }
}
