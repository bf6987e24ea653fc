using Microsoft.ML.OnnxRuntime;
using MlNetVision.Onnx.Runtime;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Onnx.Tests.Runtime;

[TestClass]
public sealed class DeviceOpenerTests
{
    private const string Cpu = "CPUExecutionProvider", Cuda = "CUDAExecutionProvider", DirectML = "DmlExecutionProvider",
        CoreML = "CoreMLExecutionProvider", OpenVino = "OpenVINOExecutionProvider";

    private static readonly string[] Everything = [Cuda, DirectML, CoreML, OpenVino, Cpu];

    [TestMethod]
    [DataRow("cuda:1", Cuda, "Microsoft.ML.OnnxRuntime.Gpu")]
    [DataRow("directml", DirectML, "Microsoft.ML.OnnxRuntime.DirectML")]
    [DataRow("coreml", CoreML, "Microsoft.ML.OnnxRuntime brings it on macOS")]
    [DataRow("openvino", OpenVino, "Intel.ML.OnnxRuntime.OpenVino")]
    public void Open_DeviceThatOnnxRuntimeLacks_SaysWhatItHasAndWhichPackageBringsIt(string device, string provider, string package)
    {
        var host = new Host(Cpu);
        var error = Assert.ThrowsExactly<BadDeviceException>(() => Open(host, device));
        StringAssert.StartsWith(error.Message, $"doubled.onnx: {device}: this ONNX Runtime has no {provider}, only {Cpu}; ");
        StringAssert.Contains(error.Message, package);
        StringAssert.EndsWith(error.Message, $" A list such as '{device},cpu' takes the next one, also in place of what a model was saved with.");
        Assert.IsEmpty(host.Calls);
    }

    [TestMethod]
    [DataRow("cpu", "cpu", "create")]
    [DataRow("cuda:2", "cuda:2", "append cuda:2|create")]
    [DataRow("directml:1,cpu", "directml:1", "append directml:1|create")]
    [DataRow("coreml,cpu", "coreml", "append coreml|create")]
    [DataRow("openvino", "openvino", "append openvino|create")]
    public void Open_DeviceThatWorks_IsAppendedAloneWithoutANote(string devices, string expected, string calls)
    {
        var host = new Host(Everything);
        using var session = Open(host, devices);
        Assert.AreEqual(expected, session.Device.ToString());
        Assert.IsNull(session.DeviceNote);
        Assert.AreEqual(calls, string.Join('|', host.Calls));
    }

    [TestMethod]
    public void Open_FirstLacksSecondFailsToAppendThirdToOpen_FourthRunsAndTheNoteSaysWhy()
    {
        var host = new Host(DirectML, OpenVino, Cpu) { FailsToAppend = DeviceKind.DirectML, FailsToCreate = DeviceKind.OpenVino };
        using var session = Open(host, "cuda,directml,openvino,cpu");
        Assert.AreEqual(Device.Cpu, session.Device);
        Assert.AreEqual("append directml|append openvino|create|create", string.Join('|', host.Calls));
        StringAssert.StartsWith(session.DeviceNote, $"doubled.onnx: cuda: this ONNX Runtime has no {Cuda}, only {DirectML} and {OpenVino} and {Cpu}; ");
        StringAssert.Contains(session.DeviceNote, $"; directml: ONNX Runtime has the {DirectML}, but it fails: the driver is missing; openvino: ");
        StringAssert.EndsWith(session.DeviceNote, "; cpu runs it.");
        CollectionAssert.AreEqual(new float[] { 2, 4 }, Run(session));
    }

    [TestMethod]
    public void Open_DriverFailsAndNothingElseIsAskedFor_IsTheDevicesErrorWithItsCause()
    {
        var host = new Host(Everything) { FailsToAppend = DeviceKind.Cuda };
        var error = Assert.ThrowsExactly<BadDeviceException>(() => Open(host, "cuda"));
        StringAssert.Contains(error.Message, $"cuda: ONNX Runtime has the {Cuda}, but it fails: the driver is missing. A list");
        Assert.IsInstanceOfType<EntryPointNotFoundException>(error.InnerException);

        host = new Host(Everything) { FailsToCreate = DeviceKind.Cuda };
        Assert.IsInstanceOfType<OnnxRuntimeException>(Assert.ThrowsExactly<BadDeviceException>(() => Open(host, "cuda")).InnerException);
    }

    [TestMethod]
    public void Open_NetworkThatNoDeviceTakes_IsTheModelsError()
    {
        var builder = new GraphWriter("odd");
        builder.Output(builder.Node("NoSuchOperator", "y", [builder.Input("x", DataType.Float, 2)]), DataType.Float, 2);
        var odd = builder.Build("odd.onnx");
        foreach (var devices in new[] { "cuda", "cuda,cpu" })
        {
            var error = Assert.ThrowsExactly<BadModelException>(() => OnnxSession.OpenWith(new Host(Everything), odd, new() { Device = devices }));
            StringAssert.Contains(error.Message, "NoSuchOperator");
        }
    }

    /// <summary>DirectML refuses memory patterns and parallel execution; the processor behind it keeps them.</summary>
    [TestMethod]
    public void Open_DirectML_HasNoMemoryPatternsAndRunsOperatorsInSequence()
    {
        var host = new Host(Everything) { FailsToCreate = DeviceKind.DirectML };
        using var session = Open(host, "directml,cpu");
        Assert.AreEqual("False ORT_SEQUENTIAL|True ORT_SEQUENTIAL", string.Join('|', host.Settings));
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task Run_DirectMLFromSeveralThreads_OneAtATime()
    {
        using var session = OnnxSession.OpenWith(
            new Host(Everything), SlowNetwork.Of(Doubled(), SlowNetwork.Endless, byImage: true), new() { Device = "directml", Threads = 1 });
        using var stop = new CancellationTokenSource();
        var endless = Task.Run(() => Run(session, 1, stop.Token));
        // On a loaded machine others may come before the endless one has begun; none comes after it.
        Task<float[]> waiting;
        var tries = 100;
        do
        {
            waiting = Task.Run(() => Run(session, 0));
            await Task.Delay(200);
        }
        while (waiting.IsCompleted && --tries > 0);
        Assert.IsFalse(waiting.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsExactlyAsync<OperationCanceledException>(() => endless);
        Assert.AreEqual(4, (await waiting)[1]);
    }

    /// <summary>The ONNX Runtime of these tests is the processor's.</summary>
    [TestMethod]
    public void Open_ThisOnnxRuntime_SaysClearlyThatItHasNoCudaOrFallsBack()
    {
        CollectionAssert.AreEqual(new[] { Cpu }, OnnxRuntimeEnvironment.Providers.ToArray());
        foreach (var device in DeviceList.Names.Where(n => n != "cpu"))
        {
            StringAssert.StartsWith(
                Assert.ThrowsExactly<BadDeviceException>(() => OnnxSession.Open(Doubled(), new() { Device = device })).Message,
                $"doubled.onnx: {device}: this ONNX Runtime has no ");
            using var session = OnnxSession.Open(Doubled(), new() { Device = $"{device},cpu" });
            Assert.AreEqual(Device.Cpu, session.Device);
            StringAssert.EndsWith(session.DeviceNote, "; cpu runs it.");
        }
        Assert.IsNull(Device.Cpu.DescribeAbsence());
        Assert.IsNotNull(new Device(DeviceKind.Cuda).DescribeAbsence());
    }

    /// <summary>The real calls of the providers reach ONNX Runtime, which refuses them here: none is misspelt, none crashes.</summary>
    [TestMethod]
    public void Append_EachDeviceOnThisOnnxRuntime_IsRefusedAsNotBuiltIn()
    {
        foreach (var kind in Enum.GetValues<DeviceKind>().Where(k => k != DeviceKind.Cpu))
        {
            using var options = new SessionOptions();
            var error = Assert.Throws<Exception>(() => HostProviders.Instance.Append(options, new Device(kind)));
            Assert.IsTrue(
                error is EntryPointNotFoundException || (error is OnnxRuntimeException && error.Message.Contains("not supported in this build", StringComparison.Ordinal)),
                $"{kind}: {error}");
        }
    }

    private static OnnxSession Open(Host host, string devices) => OnnxSession.OpenWith(host, Doubled(), new() { Device = devices });

    private static OnnxModel Doubled()
    {
        var builder = new GraphWriter("doubled");
        builder.Output(builder.Node("Mul", "y", [builder.Input("x", DataType.Float, 2), builder.Floats("two", [2])]), DataType.Float, 2);
        return builder.Build("doubled.onnx");
    }

    private static float[] Run(OnnxSession session, float first = 1, CancellationToken cancellationToken = default)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(new[] { first, 2 }, [2]);
        using var outputs = session.Run(["x"], [input], ["y"], cancellationToken);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    /// <summary>An ONNX Runtime with these providers: what would be appended is noted, and the processor runs the network.</summary>
    private sealed class Host(params string[] available) : IExecutionProviders
    {
        private Device _appended;

        public List<string> Calls { get; } = [];

        public List<string> Settings { get; } = [];

        public DeviceKind? FailsToAppend { get; init; }

        public DeviceKind? FailsToCreate { get; init; }

        public IReadOnlyList<string> Available => available;

        public void Append(SessionOptions options, Device device)
        {
            Calls.Add($"append {device}");
            _appended = device;
            if (device.Kind == FailsToAppend) throw new EntryPointNotFoundException("the driver is missing.");
        }

        public InferenceSession Create(byte[] model, SessionOptions options)
        {
            Calls.Add("create");
            Settings.Add($"{options.EnableMemoryPattern} {options.ExecutionMode}");
            var device = _appended;
            _appended = default;
            return new InferenceSession(device.Kind == FailsToCreate ? [] : model, options);
        }
    }
}
