using System.Text;
using MlNetVision.Data;

namespace MlNetVision.Tests.Data;

[TestClass]
public sealed class YamlFileTests
{
    private const int Names = 200_000;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow("k: a", "a")]
    [DataRow("k: 'it''s'", "it's")]
    [DataRow("k: C:/data # where", "C:/data")]
    [DataRow("k: [no, yes, 1.50, null, it's, 'a, b', \"c: d\"]", "no|yes|1.50|null|it's|a, b|c: d")]
    [DataRow("k:\n- a\n- b", "a|b")]
    [DataRow("k:\n  2: c\n  0: a\n  1: b\n", "a|b|c")]
    [DataRow("k: {0: a, 1: b}", "a|b")]
    [DataRow("'k': a", "a")]
    [DataRow("k: a\nk: b", "b")]
    [DataRow("k:", "")]
    [DataRow("k: ~", "")]
    [DataRow("k: null\nj: a", "")]
    [DataRow("k: |\n  a script: yes\nj: a", "")]
    [DataRow("k: [17, [3, 4]]", "")]
    [DataRow("k: {url: there, 0: a}", "")]
    [DataRow("k: {0: [nose, eye]}", "")]
    [DataRow("k:\n- name: cat\n  id: 1\n- name: dog\n  id: 2", "")]
    [DataRow("j: &n [a, b]\nk: *n", "a|b")]
    [DataRow("j: &n a\nk: [*n, b]", "a|b")]
    [DataRow("j: [&n a]\nk: {0: *n}", "a")]
    [DataRow("---\nk: !!python/object:os.system [a]\n...\n", "a")]
    [DataRow("? [x, y]\n: z\nk: a", "a")]
    [DataRow("\uFEFFk: naïve 猫", "naïve 猫")]
    public void Read_Value_IsItsTexts(string yaml, string expected) => Assert.AreEqual(expected, string.Join('|', Read(yaml)["k"]));

    [TestMethod]
    [DataRow("")]
    [DataRow("# a comment\n\n")]
    [DataRow("---\n{}\n")]
    public void Read_NoKeys_IsEmpty(string yaml) => Assert.IsEmpty(Read(yaml));

    [TestMethod]
    [DataRow("just text", "(1): 'key: value' was expected, not 'just text'")]
    [DataRow("- a\n- b", "(1): 'key: value' was expected, not a list")]
    [DataRow("a: 1\nk: [b,\nc", "(2): the '[' is not closed")]
    [DataRow("k: {0: b", "(1): the '{' is not closed")]
    [DataRow("k: [1\nb: 2", "(1): the '[' is not closed")]
    [DataRow("a: 1\nk: 'b", "(2): is not YAML")]
    [DataRow("k: \"C:\\data\"", "(1): is not YAML")]
    [DataRow("k: b: c", "(1): is not YAML")]
    [DataRow("k: *n", "(1): the alias *n has no anchor above it")]
    [DataRow("k: &n [*n]", "(1): the alias *n has no anchor above it")]
    [DataRow("a: 1\nk: {0: a, 0: b}", "(2): the index 0 occurs twice")]
    [DataRow("k: {2: a, 2: b}", "(1): the index 2 occurs twice")]
    [DataRow("k: {0: a, 2: b}", "(1): 2 names with indices up to 2; indices from 0 without gaps were expected")]
    [DataRow("k: {1: a}", "(1): 1 names with indices up to 1")]
    public void Read_Bad_NamesFileAndLine(string yaml, string expected)
    {
        using var file = new TemporaryFile(".yaml");
        File.WriteAllText(file.Path, yaml);

        var message = Assert.ThrowsExactly<BadDataSetException>(() => YamlFile.Read(file.Path)).Message;

        Assert.StartsWith(file.Path + expected, message);
    }

    [TestMethod]
    [DataRow("[", 100_000)]
    [DataRow("{a: ", 100_000)]
    [DataRow("- ", 100_000)]
    [DataRow("? ", 100_000)]
    public void Read_DeepNesting_IsRefusedAtOnce(string opening, int depth)
    {
        var yaml = "k:\n  " + string.Concat(Enumerable.Repeat(opening, depth));

        Assert.ThrowsExactly<BadDataSetException>(() => Read(yaml));
    }

    [TestMethod]
    public void Read_NestingAtTheBound_IsPassedOverAndBeyondRefused()
    {
        // The top-level map is the first level.
        const int Depth = YamlFile.MaxDepth - 1;
        static string Nested(int depth) => $"j: {new string('[', depth)}{new string(']', depth)}\nk: a";

        Assert.AreEqual("a", Read(Nested(Depth))["k"].Single());
        Assert.Contains("nested more than 32 deep", Assert.ThrowsExactly<BadDataSetException>(() => Read(Nested(Depth + 1))).Message);
    }

    // "Billion laughs": each list holds the one before it ten times.
    [TestMethod]
    public void Read_AliasesOfAliases_DoNotGrow()
    {
        var yaml = "a0: &a0 [lol, lol]\n" + string.Concat(Enumerable.Range(1, 30).Select(i => $"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n"));

        var before = GC.GetAllocatedBytesForCurrentThread();
        var values = Read(yaml);

        Assert.IsLessThan(2_000_000, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.HasCount(2, values["a0"]);
        Assert.IsEmpty(values["a30"]);
    }

    [TestMethod]
    public void Read_TooLargeOrNotUtf8_IsRefused()
    {
        using var file = new TemporaryFile(".yaml");
        File.WriteAllBytes(file.Path, new byte[YamlFile.MaxBytes + 1]);
        Assert.Contains("at most 16777216 are read", Assert.ThrowsExactly<BadDataSetException>(() => YamlFile.Read(file.Path)).Message);
        File.WriteAllBytes(file.Path, [.. "k: ros"u8, 0xE9]);
        Assert.Contains("is not UTF-8", Assert.ThrowsExactly<BadDataSetException>(() => YamlFile.Read(file.Path)).Message);
    }

    /// <summary>Damaged and made-up text ends in values or in an error that names the file: no other exception, no hang.</summary>
    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    public void Read_AnyText_GivesValuesOrBadDataSet(int seed)
    {
        const string Whole = "# data\npath: &root ../x\ntrain: images/train\nval: [images/val, *root]\nnc: 2\nnames: {0: 'cat', 1: \"d\\u006fg\"}\n"
            + "more:\n  0: a\n  1: b\nlist:\n- x\n- 'y'\ntext: |\n  echo: yes\n? [k, l]\n: m\n";
        string[] pieces = ["[", "]", "{", "}", ":", ": ", "- ", "? ", ",", "\n", "\n  ", "\t", "'", "\"", "\\", "#", " #", "&a", "*a", "!", "!!str ", "|", ">", "%", "---\n", "...\n", "a", "0", "\0", "\uFEFF", "é", "\uD83C\uDF39", "<<"];
        var random = new Random(seed);
        using var file = new TemporaryFile(".yaml");
        var (read, refused) = (0, 0);
        for (var round = 0; round < 4000; round++)
        {
            var text = round % 2 == 0 ? Whole : string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => pieces[random.Next(pieces.Length)]));
            for (var change = random.Next(1, 5); change > 0 && text.Length > 0; change--)
            {
                var at = random.Next(text.Length);
                text = random.Next(3) switch
                {
                    0 => text.Insert(at, pieces[random.Next(pieces.Length)]),
                    1 => text.Remove(at, Math.Min(text.Length - at, random.Next(1, 4))),
                    _ => text[..at],
                };
            }
            File.WriteAllBytes(file.Path, Encoding.UTF8.GetBytes(text));
            try
            {
                YamlFile.Read(file.Path);
                read++;
            }
            catch (BadDataSetException e)
            {
                Assert.StartsWith(file.Path, e.Message);
                refused++;
            }
        }
        Assert.IsGreaterThan(400, read);
        Assert.IsGreaterThan(400, refused);
    }

    /// <summary>
    /// What opening a data set of very many classes allocates, names and all that is let go on the way. (Our own reader, which this one
    /// replaced, took 64, 90 and 112 MB for the three forms without opening anything.)
    /// </summary>
    [TestMethod]
    [DataRow("list", 100)]
    [DataRow("flow", 100)]
    [DataRow("map", 150)]
    [DataRow("file", 100)]
    [DoNotParallelize] // YamlDotNet's pools are shared: what other tests hold at that moment is allocated anew here
    public void Open_ManyNames_AllocatesLittle(string form, int megabytes)
    {
        var names = Enumerable.Range(0, Names).Select(i => $"class number {i}").ToArray();
        var yaml = form switch
        {
            "list" => "names:\n" + string.Concat(names.Select(name => $"- {name}\n")),
            "flow" => $"names: [{string.Join(", ", names.Select(name => $"'{name}'"))}]\n",
            "map" => "names:\n" + string.Concat(names.Select((name, i) => $"  {i}: {name}\n")),
            _ => "names: all.names\n",
        };
        using var folder = new DataSetFolder().Image("images/a.png").Text("labels/a.txt", $"{Names - 1} 0.5 0.5 1 1").Text("data.yaml", "val: images\n" + yaml)
            .Text("all.names", string.Join('\n', names));
        yaml = null;

        var before = GC.GetAllocatedBytesForCurrentThread();
        var data = folder.Open();
        var allocated = (GC.GetAllocatedBytesForCurrentThread() - before) / 1e6;

        TestContext.WriteLine(FormattableString.Invariant($"{form}: {allocated:0.0} MB"));
        Assert.IsLessThan(megabytes, allocated);
        CollectionAssert.AreEqual(names, data.ClassNames.ToArray());
        Assert.AreEqual(names[^1], data.Images[0].Boxes[0].Label);
    }

    private static Dictionary<string, List<string>> Read(string yaml)
    {
        using var file = new TemporaryFile(".yaml");
        File.WriteAllText(file.Path, yaml);
        return YamlFile.Read(file.Path);
    }
}
