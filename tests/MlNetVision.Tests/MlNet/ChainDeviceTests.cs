using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetVision.Classification;
using MlNetVision.MlNet;
using MlNetVision.Onnx.Runtime;

namespace MlNetVision.Tests.MlNet;

/// <summary>Devices of ML.NET's chains: on the ONNX Runtime of these tests, which has the processor alone, and on one that is made up.</summary>
[TestClass]
public sealed class ChainDeviceTests
{
    private static readonly string Rose = Path.Combine(Shared.Repository, "assets", "images", "rose.png");

    [TestMethod]
    public void Fit_GpuDeviceIdWithFallbackToCpu_AnswersAsTheProcessorAndLogsWhy()
    {
        var log = new List<string>();
        CollectionAssert.AreEqual(Scores(new MLContext()), Scores(Logged(new MLContext { GpuDeviceId = 1, FallbackToCpu = true }, log)));
        var note = log.Single(m => m.Contains("ONNX Runtime", StringComparison.Ordinal));
        StringAssert.Contains(note, "cuda:1: this ONNX Runtime has no CUDAExecutionProvider");
        StringAssert.EndsWith(note, "; cpu runs it.");
    }

    [TestMethod]
    public void Fit_GpuDeviceIdWithoutFallback_IsAClearError() =>
        StringAssert.Contains(
            Assert.ThrowsExactly<BadDeviceException>(() => Scores(new MLContext { GpuDeviceId = 0 })).Message,
            "cuda: this ONNX Runtime has no CUDAExecutionProvider, only CPUExecutionProvider; the NuGet package Microsoft.ML.OnnxRuntime.Gpu brings it.");

    [TestMethod]
    public void Fit_OptionDevice_WinsOverTheContext()
    {
        var log = new List<string>();
        var context = Logged(new MLContext { GpuDeviceId = 0 }, log);
        CollectionAssert.AreEqual(Scores(new MLContext()), Scores(context, new() { Device = "cpu" }));
        Assert.IsFalse(log.Exists(m => m.Contains("ONNX Runtime", StringComparison.Ordinal)));
        Assert.ThrowsExactly<BadDeviceException>(() => Scores(new MLContext(), new() { Device = "cuda" }));
        CollectionAssert.AreEqual(Scores(new MLContext()), Scores(Logged(new MLContext(), log), new() { Device = "directml,cuda:2,cpu" }));
        StringAssert.Contains(string.Join('|', log), "directml: ML.NET runs networks on cpu and cuda only; the plain API has the others; cuda:2: this ONNX Runtime");
    }

    [TestMethod]
    public void Save_ChainOfAWish_IsLoadedByBothApis()
    {
        var context = new MLContext();
        using var zip = new TemporaryFile(".zip");
        var rows = Rows(context);
        context.Model.Save(context.Transforms.ClassifyImages("flowers", options: new() { Device = "cuda,cpu" }).Fit(rows), rows.Schema, zip.Path);
        Assert.AreEqual("roses", new MLContext().Model.Load(zip.Path, out _).Transform(rows).GetColumn<string>("PredictedLabel").Single());
        using var classifier = ImageClassifier.Load(zip.Path);
        StringAssert.EndsWith(classifier.DeviceNote, "; cpu runs it.");
    }

    /// <summary>What mlnet-api.md says of ML.NET's own loading; where the first assertion fails, ML.NET has learnt it.</summary>
    [TestMethod]
    public void UseDevice_ListWithTheProcessor_LetsModelLoadWorkWhereGpuDeviceIdAloneDoesNot()
    {
        using var zip = new TemporaryFile(".zip");
        using (var classifier = ImageClassifier.Load("flowers")) classifier.SaveZip(zip.Path);
        var byHand = Assert.Throws<Exception>(() => new MLContext { GpuDeviceId = 0, FallbackToCpu = true }.Model.Load(zip.Path, out _));
        StringAssert.Contains(byHand.ToString(), nameof(EntryPointNotFoundException));

        var log = new List<string>();
        var context = Logged(new MLContext { GpuDeviceId = 3 }, log);
        Assert.AreEqual(Device.Cpu, context.UseDevice("cuda,cpu"));
        Assert.IsNull(context.GpuDeviceId);
        StringAssert.Contains(string.Join('|', log), "cuda: this ONNX Runtime has no CUDAExecutionProvider");
        Assert.AreEqual("roses", context.Model.Load(zip.Path, out _).Transform(Rows(context)).GetColumn<string>("PredictedLabel").Single());
        Assert.ThrowsExactly<BadDeviceException>(() => context.UseDevice("cuda,directml"));
    }

    [TestMethod]
    [DataRow("cuda:2,cpu", null, false, "cuda:2")]
    [DataRow("cuda", null, false, "cuda")]
    [DataRow(null, 1, false, "cuda:1")]
    [DataRow(null, 1, true, "cuda:1")]
    [DataRow(null, null, true, "cpu")]
    [DataRow("cpu", 1, true, "cpu of another context")]
    [DataRow("coreml,cuda,cpu", null, false, "cuda")]
    public void Apply_CudaIsThere_IsAskedForByItsNumber(string? devices, int? gpu, bool fallsBack, string expected)
    {
        var context = new MLContext { GpuDeviceId = gpu, FallbackToCpu = fallsBack };
        var applied = new ChainDevice(_ => null).Apply(context.Transforms, devices is null ? null : DeviceList.Parse(devices), "a.onnx", (catalog, number) =>
            $"{(number is { } n ? new Device(DeviceKind.Cuda, n) : Device.Cpu)}{(catalog == context.Transforms ? "" : " of another context")}");
        Assert.AreEqual(expected, applied);
    }

    [TestMethod]
    public void Apply_DriverFails_FallsBackWithANoteOrFailsWithItsCause()
    {
        var log = new List<string>();
        var context = Logged(new MLContext(), log);
        var driver = new InvalidOperationException("Error initializing model : CUDA driver version is insufficient.");
        string Apply(DeviceList devices) => new ChainDevice(_ => null).Apply(
            context.Transforms, devices, "a.onnx", (_, number) => number is null ? "cpu" : throw driver);

        Assert.AreEqual("cpu", Apply("cuda,cpu"));
        StringAssert.Contains(string.Join('|', log), "a.onnx: cuda: it fails: Error initializing model : CUDA driver version is insufficient; cpu runs it.");
        Assert.AreSame(driver, Assert.ThrowsExactly<BadDeviceException>(() => Apply("cuda")).InnerException);
    }

    private static IDataView Rows(MLContext context) => context.Data.LoadFromEnumerable([new PathRow { ImagePath = Rose }]);

    private static float[] Scores(MLContext context, ImageClassifierOptions? options = null)
    {
        var rows = Rows(context);
        var chain = context.Transforms.ClassifyImages("flowers", options: options).Fit(rows);
        using var owned = chain as IDisposable;
        return chain.Transform(rows).GetColumn<float[]>("Score").Single();
    }

    private static MLContext Logged(MLContext context, List<string> log)
    {
        context.Log += (_, e) => log.Add(e.Message);
        return context;
    }

    private sealed class PathRow
    {
        public string ImagePath { get; set; } = "";
    }
}
