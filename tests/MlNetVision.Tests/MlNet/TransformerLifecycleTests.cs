using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetVision.MlNet;
using MlNetVision.Onnx;
using MlNetVision.Tests.Classification;
using MlNetVision.Tests.Imaging;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Tests.MlNet;

/// <summary>Fitted chains of ML.NET's API that are disposed while others use them.</summary>
[TestClass]
[DoNotParallelize]
public sealed class TransformerLifecycleTests : IDisposable
{
    private const int Threads = 4;
    private const int Swaps = 200;

    // Fitting a whole chain takes most of the time.
    private const int ChainSwaps = 20;

    private readonly MLContext _ml = new();
    private readonly TemporaryFolder _folder = new();
    private readonly Row _row;

    public TransformerLifecycleTests()
    {
        _row = new Row { ImagePath = _folder.Path("a.png") };
        using var image = TestImages.Gradient(40, 36);
        image.Save(_row.ImagePath);
    }

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void Transform_AfterDispose_Throws()
    {
        var chain = Fit();
        var rows = chain.Transform(_ml.Data.LoadFromEnumerable([_row]));
        Assert.HasCount(1, _ml.Data.CreateEnumerable<Answer>(rows, reuseRowObject: false).ToList());
        Free(chain);
        Free(chain);
        Assert.ThrowsExactly<ObjectDisposedException>(() => _ml.Data.CreateEnumerable<Answer>(rows, reuseRowObject: false).ToList(), "rows of before");
        Assert.ThrowsExactly<ObjectDisposedException>(() => chain.Transform(_ml.Data.LoadFromEnumerable([_row])));
    }

    [TestMethod]
    public void PredictionEngine_ThatOwnsTheChain_EndsTheOthersByAnException()
    {
        var chain = Fit();
        using var borrowed = Engine(chain, owns: false);
        Assert.AreEqual(3, borrowed.Predict(_row).Score.Length);
        Engine(chain, owns: true).Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => borrowed.Predict(_row));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Swap_OfWholeChainsUnderFourThreads_EveryPredictionEndsNormallyOrThrows()
    {
        var calls = await SwapAsync(Fit, chain =>
        {
            using var engine = Engine(chain, owns: false);
            engine.Predict(_row);
        }, ChainSwaps);
        Assert.IsGreaterThanOrEqualTo(ChainSwaps, calls);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Swap_OfNetworksUnderFourThreads_EveryRowEndsNormallyOrThrows()
    {
        var builder = new GraphWriter("sum");
        builder.Output(builder.Node("ReduceSum", "sum", [builder.Input("numbers", DataType.Float, 1, 3)], ("keepdims", 1)), DataType.Float, 1, 1);
        var rows = _ml.Data.LoadFromEnumerable(Enumerable.Repeat(new Numbers { Values = [1, 2, 4] }, 3));
        var calls = await SwapAsync(
            () => new NetworkEstimator(_ml.Transforms, ["sum"], ["numbers"], builder.Build("sum.onnx")).Fit(rows),
            network =>
            {
                foreach (var sum in _ml.Data.CreateEnumerable<Sum>(network.Transform(rows), reuseRowObject: false)) Assert.AreEqual(7, sum.Values[0]);
            }, Swaps);
        Assert.IsGreaterThanOrEqualTo(Swaps, calls);
    }

    /// <summary>Replaces a transformer again and again and disposes the old one, while threads use whichever is there.</summary>
    private static async Task<long> SwapAsync(Func<ITransformer> open, Action<ITransformer> use, int swaps)
    {
        var (current, calls, isOver) = (open(), 0L, false);
        var callers = Enumerable.Range(0, Threads).Select(_ => Task.Run(() =>
        {
            while (!Volatile.Read(ref isOver))
            {
                try
                {
                    use(Volatile.Read(ref current));
                    Interlocked.Increment(ref calls);
                }
                catch (Exception e) when (e is ObjectDisposedException or InvalidOperationException { InnerException: ObjectDisposedException })
                {
                    // The next one is there already. (What a thread of ML.NET meets, it wraps.)
                }
            }
        })).ToList();
        for (var i = 0; i < swaps; i++)
        {
            var before = Volatile.Read(ref calls);
            Free(Interlocked.Exchange(ref current, open()));
            SpinWait.SpinUntil(() => Volatile.Read(ref calls) > before || callers.Exists(c => c.IsCompleted));
        }
        Volatile.Write(ref isOver, true);
        await Task.WhenAll(callers);
        Free(current);
        return calls;
    }

    [TestMethod]
    public void Save_OfAChainThatWasUsed_IsLoadedAsMlNetsOwn()
    {
        var chain = Fit();
        var data = _ml.Data.LoadFromEnumerable([_row]);
        var expected = Engine(chain, owns: false).Predict(_row).Score;
        using var zip = new TemporaryFile(".zip");
        _ml.Model.Save(chain, data.Schema, zip.Path);
        Free(chain);
        var loaded = new MLContext().Model.Load(zip.Path, out _);
        CollectionAssert.AreEqual(expected, Engine(loaded, owns: true).Predict(_row).Score);
        Assert.IsTrue(Parts(loaded).Any(t => t is Microsoft.ML.Transforms.Onnx.OnnxTransformer));
    }

    private static IEnumerable<ITransformer> Parts(ITransformer transformer) =>
        transformer is IEnumerable<ITransformer> chain ? chain.SelectMany(Parts) : [transformer];

    private static void Free(ITransformer chain) => ((IDisposable)chain).Dispose();

    private ITransformer Fit() =>
        _ml.Transforms.ClassifyImages(TinyClassifier.Create()).Fit(_ml.Data.LoadFromEnumerable([_row]));

    private PredictionEngine<Row, Answer> Engine(ITransformer chain, bool owns) =>
        _ml.Model.CreatePredictionEngine<Row, Answer>(chain, new PredictionEngineOptions { OwnsTransformer = owns });

    private sealed class Row
    {
        public string ImagePath { get; set; } = "";
    }

    // Columns are named as the tensors.
    private sealed class Numbers
    {
        [VectorType(1, 3), ColumnName("numbers")]
        public float[] Values { get; set; } = [];
    }

    private sealed class Sum
    {
        [ColumnName("sum")]
        public float[] Values { get; set; } = [];
    }

    private sealed class Answer
    {
        public float[] Score { get; set; } = [];
    }
}
