using MlNetVision.Onnx.Import.Torch7;
using static MlNetVision.Onnx.Tests.Import.Torch7.TorchModules;

namespace MlNetVision.Onnx.Tests.Import.Torch7;

/// <summary>Damaged files: every one is read, or refused by a <see cref="BadModelException"/>, soon and without taking much memory.</summary>
[TestClass]
public sealed class Torch7FuzzTests
{
    /// <summary>What objects and messages take, however short the file.</summary>
    private const long Fixed = 64 << 10;

    private static readonly Func<object>[] Sound =
    [
        Checkpoint,
        EveryModule,
        EveryElement,
        () => LuaTable.Of(("model", TorchObject.Container("Sequential", Same(3), TorchObject.Module("Tanh"))), ("more", new TorchStorage("Byte", [1, 2, 3])), ("code", new LuaFunction(8, "code", new LuaTable()))),
    ];

    // What the runtime sets up once, such as protobuf's descriptors, is no file's memory.
    [ClassInitialize]
    public static void SetUpOnce(TestContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        foreach (var value in Sound) Torch7Importer.Read(Torch7Writer.Bytes(value()), "sound.t7");
    }

    [TestMethod]
    public void Import_SoundFiles_AreTaken()
    {
        foreach (var value in Sound) Assert.IsFalse(IsRefused(Torch7Writer.Bytes(value())));
    }

    [TestMethod]
    [Timeout(120_000)]
    public void Import_TenThousandDamagedFiles_NoCrashNorHangNorMemoryBeyondFourTimesTheFile()
    {
        const int Files = 10_000;
        var random = new Random(7);
        byte[][] sound = [.. Sound.Select(s => Torch7Writer.Bytes(s()))];
        var refused = new int[2];
        for (var i = 0; i < Files; i++)
        {
            var which = i / 2 % Sound.Length;
            if (i % 2 == 0)
            {
                refused[0] += IsRefused(TorchDamage.ToBytes(sound[which], random)) ? 1 : 0;
                continue;
            }
            var value = Sound[which]();
            TorchDamage.ToValues(value, random);
            refused[1] += IsRefused(Torch7Writer.Bytes(value)) ? 1 : 0;
        }
        // Some damage is to numbers, which may be any.
        Assert.IsTrue(refused.All(r => r is > Files / 5 and < Files / 2), string.Join(", ", refused));
    }

    [TestMethod]
    [Timeout(120_000)]
    public void Import_PublishedFilesCutOffOrDamaged_NoCrashNorHangNorMemoryBeyondFourTimesTheFile()
    {
        var random = new Random(8);
        foreach (var name in new[] { "candy", "starry_night_doodle" })
        {
            var whole = File.ReadAllBytes(Shared.Path("models", "torch7", $"{name}.t7"));
            for (var i = 0; i < 100; i++)
            {
                if (i % 2 == 0) Assert.IsTrue(IsRefused(whole[..random.Next(whole.Length)]), "a file that is cut off");
                else IsRefused(TorchDamage.ToBytes(whole, random));
            }
        }
    }

    [TestMethod]
    public void Import_TablesOfManyEntries_MemoryWithinFourTimesTheFile()
    {
        const int Many = 50_000;
        IsRefused(Torch7Writer.Bytes(LuaTable.Sequence([.. Enumerable.Range(0, Many).Select(i => (object)(i % 2 == 0))])));
        IsRefused(Torch7Writer.Bytes(LuaTable.Of([.. Enumerable.Range(0, Many).Select(i => ((object)$"number {i}", (object?)(double)i))])));
        IsRefused(Torch7Writer.Bytes(LuaTable.Of([.. Enumerable.Range(0, Many).Select(_ => ((object)new LuaTable(), (object?)new LuaTable()))])));
        IsRefused(Torch7Writer.Bytes(LuaTable.Sequence([.. Enumerable.Range(0, Many).Select(_ => (object)new TorchObject("a", new LuaTable()))])));
        // Each says that all the rest of the file are its entries.
        var words = Enumerable.Range(1, 300).SelectMany(i => new[] { 3, i, Many / 20, 5, 1 }).Concat(Enumerable.Repeat(0, Many));
        Assert.IsTrue(IsRefused([.. words.SelectMany(BitConverter.GetBytes)]));
    }

    // The least that a file of a few bytes can say of itself, against the memory that its words would take.
    [TestMethod]
    [DataRow(new[] { 2, int.MaxValue }, DisplayName = "text")]
    [DataRow(new[] { 3, 1, int.MaxValue }, DisplayName = "table")]
    [DataRow(new[] { 6, int.MaxValue }, DisplayName = "function")]
    [DataRow(new[] { 4, 1, int.MaxValue }, DisplayName = "class")]
    public void Import_LengthBeyondTheFile_RefusedBeforeMemoryIsTaken(int[] words) => Assert.IsTrue(IsRefused([.. words.SelectMany(BitConverter.GetBytes)]));

    [TestMethod]
    [DataRow(1L << 40, 1L)]
    [DataRow(1L << 33, 0L)]
    public void Import_TensorsBeyondTheirStorage_RefusedBeforeMemoryIsTaken(long length, long stride)
    {
        var weight = new TorchTensor("Float", [length, 3, 1, 1], [stride, 0, 0, 0], 1, new TorchStorage("Float", [1, 2]));
        Assert.IsTrue(IsRefused(Torch7Writer.Bytes(TorchObject.Module("SpatialConvolution", ("nInputPlane", 3), ("nOutputPlane", (double)length), ("kW", 1), ("kH", 1), ("weight", weight)))));
    }

    private static bool IsRefused(byte[] bytes)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var isRefused = false;
        try
        {
            Torch7Importer.Read(bytes, "damaged.t7");
        }
        catch (BadModelException)
        {
            isRefused = true;
        }
        var taken = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.IsLessThanOrEqualTo(4L * bytes.Length + Fixed, taken, $"{bytes.Length} bytes");
        return isRefused;
    }
}
