using MlNetVision.Onnx.Import.Torch7;

namespace MlNetVision.Onnx.Tests.Import.Torch7;

[TestClass]
public sealed class Torch7ReaderTests
{
    [TestMethod]
    public void Read_PlainValues_AsWritten()
    {
        Assert.IsNull(Read(null));
        Assert.AreEqual(-1.5, Read(-1.5));
        Assert.AreEqual("é", Read("é"));
        Assert.AreEqual(true, Read(true));
        Assert.AreEqual(false, Read(false));
        Assert.AreSame(Torch7Function.Skipped, Read(new LuaFunction(6, "code", LuaTable.Of(("name", 1)))));
    }

    [TestMethod]
    public void Read_Table_KeysOfAllTypesAndReferences()
    {
        var inner = LuaTable.Sequence("one", 2, false);
        var outer = LuaTable.Of((1, inner), ("again", inner), (true, 5), (-2.5, "negative"));
        outer.Entries.Add(("itself", outer));
        outer.Entries.Add(("code", new LuaFunction(8, "\u001bLJ", LuaTable.Sequence(outer))));
        outer.Entries.Add(("old", new LuaFunction(7, "", new LuaTable())));
        var read = (Torch7Table)Read(outer)!;
        Assert.AreSame(read[1.0], read["again"]);
        Assert.AreSame(read, read["itself"]);
        Assert.AreEqual(5.0, read[true]);
        Assert.AreEqual("negative", read[-2.5]);
        Assert.IsInstanceOfType<Torch7Function>(read["code"]);
        CollectionAssert.AreEqual(new object[] { "one", 2.0, false }, ((Torch7Table)read["again"]!).Sequence().ToArray());
        Assert.IsNull(read["none"]);
    }

    [TestMethod]
    public void Read_LongTable_EveryKeyFound()
    {
        var read = (Torch7Table)Read(LuaTable.Sequence([.. Enumerable.Range(0, 200).Select(i => (object)(double)i)]))!;
        for (var i = 0; i < 200; i++) Assert.AreEqual((double)i, read[(double)(i + 1)]);
        Assert.AreEqual(200, read.Sequence().Count());
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Read_Object_ClassAndFieldsWithAndWithoutVersion(bool isVersioned)
    {
        var read = (Torch7Object)Read(new TorchObject("nn.ReLU", LuaTable.Of(("inplace", true)), isVersioned))!;
        Assert.AreEqual("nn.ReLU", read.Class);
        Assert.AreEqual(true, read.Fields["inplace"]);
    }

    [TestMethod]
    [DataRow("Byte", "3 200 0")]
    [DataRow("Char", "3 -100 0")]
    [DataRow("Short", "3 -30000 0")]
    [DataRow("Int", "3 -70000 0")]
    [DataRow("Long", "3 -70000 0")]
    [DataRow("Half", "3 -0.25 0")]
    [DataRow("Float", "3 -0.1 0")]
    [DataRow("Double", "3 -0.1 0")]
    [DataRow("Cuda", "3 -0.1 0")]
    [DataRow("CudaHalf", "3 -0.25 0")]
    [DataRow("CudaDouble", "3 -0.1 0")]
    [DataRow("CudaLong", "3 7 0")]
    public void Read_TensorOfEachType_ItsNumbers(string element, string numbers)
    {
        float[] values = [.. numbers.Split(' ').Select(n => float.Parse(n, System.Globalization.CultureInfo.InvariantCulture))];
        CollectionAssert.AreEqual(values, Floats(TorchTensor.Of(element, values, 3)));
    }

    [TestMethod]
    public void Read_ViewOfAStorage_ElementsByOffsetAndStride()
    {
        var storage = new TorchStorage("Float", [.. Enumerable.Range(0, 20).Select(i => (float)i)]);
        // A transposed 2×3 view from the fourth element on, and one that repeats an element.
        CollectionAssert.AreEqual(new float[] { 3, 8, 4, 9, 5, 10 }, Floats(new("Float", [3, 2], [1, 5], 4, storage)));
        CollectionAssert.AreEqual(new float[] { 19, 18, 17 }, Floats(new("Float", [3], [-1], 20, storage)));
        CollectionAssert.AreEqual(new float[] { 7, 7 }, Floats(new("Float", [2], [0], 8, storage)));
        Assert.IsEmpty(Floats(new("Float", [], [], 1, null)));
        Assert.IsEmpty(Floats(new("Float", [0, 5], [5, 1], 1, null)));
    }

    [TestMethod]
    [DataRow(3, 2, 1, 5, 1, DisplayName = "past the end")]
    [DataRow(3, -1, 0, 2, 1, DisplayName = "before the start")]
    [DataRow(1, 0, 0, 1, 0, DisplayName = "offset 0")]
    [DataRow(-3, 1, 1, 1, 1, DisplayName = "negative size")]
    [DataRow(long.MaxValue, long.MaxValue, 1, 2, 1, DisplayName = "overflow")]
    [DataRow(1, 1, 1, 1, long.MinValue, DisplayName = "least offset")]
    [DataRow(1, 1, 1, 1, long.MaxValue, DisplayName = "largest offset")]
    public void Read_TensorBeyondItsStorage_Throws(long height, long down, long right, long width, long offset)
    {
        var storage = new TorchStorage("Float", new float[8]);
        var e = Assert.ThrowsExactly<BadModelException>(() => Read(new TorchTensor("Float", [height, width], [down, right], offset, storage)));
        StringAssert.Contains(e.Message, "written.t7");
        StringAssert.Contains(e.Message, "within its storage of 8 elements");
    }

    // The reaches of seven axes add up to more than 128 bits hold, and so do the products of their lengths.
    [TestMethod]
    [DataRow(9223372032828243968L)]
    [DataRow(0L)]
    public void Read_TensorOfAxesThatOverflow_IsRefusedByTheReaderOrBeforeItsWeights(long stride)
    {
        long[] size = [64, 7337900017871497521, 5083125577338929827, 6075571834970174265, 4714628584983281373, 6640057310623287983, 428575619644383297];
        var tensor = new TorchTensor("Float", size, [.. size.Select(_ => stride)], 1, new TorchStorage("Float", new float[64]));
        var e = Assert.ThrowsExactly<BadModelException>(() => Floats(tensor));
        StringAssert.Contains(e.Message, stride == 0 ? "more memory" : "within its storage of 64 elements");
    }

    // Hashes of .NET's doubles are their halves combined: these would all be one, and take minutes.
    [TestMethod]
    [Timeout(60_000)]
    public void Read_KeysChosenToCollide_AreFoundSoon()
    {
        const int Many = 100_000;
        static double Key(int i) => BitConverter.Int64BitsToDouble(((long)(i + 0x3FF00000) << 32) | (uint)(i + 0x3FF00000));
        var read = (Torch7Table)Read(LuaTable.Of([.. Enumerable.Range(0, Many).Select(i => ((object)Key(i), (object?)true))]))!;
        for (var i = 0; i < Many; i++) Assert.AreEqual(true, read[Key(i)]);
        Assert.AreEqual(true, ((Torch7Table)Read(LuaTable.Of([(0.0, true), .. Enumerable.Range(1, 50).Select(i => ((object)(double)i, (object?)i))]))!)[-0.0]);
    }

    [TestMethod]
    [DataRow("a type that there is not", new[] { 9 })]
    [DataRow("nothing", new int[0])]
    [DataRow("a text longer than the file", new[] { 2, 1000 })]
    [DataRow("a text of negative length", new[] { 2, -1 })]
    [DataRow("a table without room", new[] { 3, 1, int.MaxValue })]
    [DataRow("a table of negative length", new[] { 3, 1, -5 })]
    [DataRow("a key that is nil", new[] { 3, 1, 1, 0, 0, 0, 0, 0 })]
    [DataRow("a function without its code", new[] { 6, 50 })]
    public void Read_BadBytes_Throws(string what, int[] words) => AssertBad(what, [.. words.SelectMany(BitConverter.GetBytes)]);

    [TestMethod]
    public void Read_BadTensorsAndStorages_Throws()
    {
        AssertBad("a storage longer than the file", Patched(new TorchStorage("Double", [1, 2]), 4 + 4 + 7 + 4 + 19, long.MaxValue));
        AssertBad("a storage of negative length", Patched(new TorchStorage("Double", [1, 2]), 4 + 4 + 7 + 4 + 19, -1));
        AssertBad("another storage", Torch7Writer.Bytes(new TorchTensor("Float", [1], [1], 1, new TorchStorage("Double", [1]))));
        AssertBad("too many axes", Torch7Writer.Bytes(new TorchTensor("Float", new long[50], new long[50], 1, null)));
        var deep = new LuaTable();
        for (var i = 0; i < 5000; i++) deep = LuaTable.Of(("deeper", deep));
        AssertBad("values within values", Torch7Writer.Bytes(deep));
        static byte[] Patched(object value, int at, long length)
        {
            var bytes = Torch7Writer.Bytes(value);
            BitConverter.TryWriteBytes(bytes.AsSpan(at), length);
            return bytes;
        }
    }

    private static object? Read(object? value) => ReadBytes(Torch7Writer.Bytes(value));

    private static object? ReadBytes(byte[] bytes) => Torch7Reader.Read(bytes, "written.t7", new Torch7Memory(bytes.Length));

    private static float[] Floats(TorchTensor tensor)
    {
        var bytes = Torch7Writer.Bytes(tensor);
        var read = (Torch7Tensor)ReadBytes(bytes)!;
        var module = new Torch7Module("written.t7", new Torch7Object("nn.None"), "");
        return [.. System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(new Torch7Weights(bytes, new Torch7Memory(bytes.Length)).Take(module, "weight", read).Span)];
    }

    private static void AssertBad(string what, byte[] bytes)
    {
        var e = Assert.ThrowsExactly<BadModelException>(() => ReadBytes(bytes), what);
        StringAssert.Contains(e.Message, "written.t7: not a Torch7 file");
        StringAssert.Contains(e.Message, "at byte ");
    }
}
