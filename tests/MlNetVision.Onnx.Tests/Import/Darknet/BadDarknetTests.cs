using MlNetVision.Onnx.Import.Darknet;

namespace MlNetVision.Onnx.Tests.Import.Darknet;

/// <summary>Bad files. The layers of each case start on line 5 of the <c>.cfg</c>, and the image is 12 × 6 × 4.</summary>
[TestClass]
public sealed class BadDarknetTests
{
    private const string Pool = "[maxpool]\nsize=2\nstride=2\n";

    [TestMethod]
    [DataRow("[lstm]\noutput=3", "line 5", "[lstm]", "not supported", "recurrent")]
    [DataRow("[rnn]\noutput=3", "line 5", "[rnn]", "not supported", "recurrent")]
    [DataRow("[gru]\noutput=3", "line 5", "[gru]", "not supported", "recurrent")]
    [DataRow("[crnn]\noutput=3", "line 5", "[crnn]", "not supported", "recurrent")]
    [DataRow("[conv_lstm]\noutput=3", "line 5", "[conv_lstm]", "not supported", "recurrent")]
    [DataRow("[history]\nhistory_size=3", "line 5", "[history]", "not supported", "recurrent")]
    [DataRow("[contrastive]", "line 5", "[contrastive]", "not supported", "convolutional")]
    [DataRow("[detection]\nclasses=20", "line 5", "coords=1", "expected 4", null)]
    [DataRow("[detection]\ncoords=4\nclasses=20\nside=2\nnum=3", "line 5", "140 values", "gives 288", "output=140")]
    [DataRow("[detection]\ncoords=4\nside=1025", "line 5", "side=1025", "to 1024", null)]
    [DataRow("[detection]\ncoords=4\nnum=1048576\nclasses=1048576\nside=1024", "line 5", "need 6597069766656 values", "gives 288", null)]
    [DataRow("[detection]\ncoords=4\nclasses=20\nreorg=1", "line 5", "reorg=1", "not supported", null)]
    [DataRow("[Gaussian_yolo]", "line 5", "[Gaussian_yolo]", "anchors is missing", null)]
    [DataRow("[Gaussian_yolo]\nclasses=3\nanchors=1,2\nyolo_point=middle", "line 5", "yolo_point=middle", "left_top", null)]
    [DataRow("[Gaussian_yolo]\nclasses=2\nanchors=1,2", "line 5", "11 channels", "filters=11", "1 anchors × (9 + 2 classes)")]
    [DataRow("[Gaussian_yolo]\nclasses=3\nanchors=1,2\ntree=a.tree", "line 5", "tree", "YOLO9000", null)]
    [DataRow("[convolutional]\nactivation=norm_chan", "line 5", "activation=norm_chan", "leaky", null)]
    [DataRow("[dropout]\n\n[convolutional]\nactivation=linear\nantialiasing=1", "line 7", "antialiasing=1", "line 9", null)]
    [DataRow("[convolutional]\nbin_output=1", "line 5", "bin_output=1", "not supported", null)]
    [DataRow("[convolutional]\nshare_index=0", "line 5", "share_index", "layer 0", null)]
    [DataRow("[dropout]\n[convolutional]\nshare_index=-1", "line 6", "names layer 0", "no kernels", null)]
    [DataRow("[dropout]\n[convolutional]\nshare_index=-2147483648", "line 6", "share_index", "from 0 to 0", null)]
    [DataRow("[activation]\nactivation=mish\n[convolutional]\nxnor=1\ngroups=3\nfilters=3", "line 7", "groups", "not supported", null)]
    [DataRow("[batchnorm]", "line 5", "too short", "48 bytes of scales", null)]
    [DataRow("[local]\nfilters=2\nsize=5", "line 5", "2×2×0", "at least", null)]
    [DataRow("[local]\nfilters=2\nsize=5\npad=1", "line 5", "pad=1", "keeps the size", null)]
    [DataRow("[local]\nfilters=1048576\nsize=1", "line 5", "too short", "biases", null)]
    [DataRow("[local]\nsize=1048575\npad=524287", "line 5", "too large", "size=1048575", null)]
    [DataRow("[local_avgpool]\nsize=3\nstride=1\npadding=6", "line 5", "padding=6", "at most 4", null)]
    [DataRow("[convolutional]\nflipped=1", "line 5", "flipped=1", "not supported", null)]
    [DataRow("[convolutional]\nfilters=-3", "line 5", "filters=-3", "from 1", null)]
    [DataRow("[convolutional]\nfilters=many", "line 5", "filters=many", "whole number", null)]
    [DataRow("[convolutional]\nfilters=2147483648", "line 5", "2147483648", "32 bits", null)]
    [DataRow("[convolutional]\nfilters=2147483647", "line 5", "2147483647", "1048576", null)]
    [DataRow("[convolutional]\nfilters=1048576\nsize=5\npad=1", "line 5", "too short", "bytes", "4194304 bytes of biases")]
    [DataRow("[convolutional]\nfilters=4\nsize=1048575\npad=1\nactivation=linear", "line 5", "too short", "found 0", null)]
    [DataRow("[convolutional]\nfilters=4\nstride=0", "line 5", "stride=0", "from 1", null)]
    [DataRow("[convolutional]\nfilters=4\nsize=9", "line 5", "4×0×0", "at least", null)]
    [DataRow("[convolutional]\nfilters=4\nsize=3\ndilation=2", "line 5", "dilation=2", "pad=1", null)]
    [DataRow("[convolutional]\nfilters=5\ngroups=2", "line 5", "groups=2", "12", null)]
    [DataRow("[maxpool]\nsize=3\nstride=1\npadding=6", "line 5", "padding=6", "at most 4", null)]
    [DataRow("[maxpool]\nmaxpool_depth=1", "line 5", "maxpool_depth=1", "not supported", null)]
    [DataRow("[route]\nlayers=-1\n[reorg]\nstride=2", "line 5", "layer -1", "from layer 0", null)]
    [DataRow("[convolutional]\nfilters=0", "line 5", "filters=0", "from 1", null)]
    [DataRow("[reorg]\nstride=3", "line 5", "stride=3", "multiples of 3", null)]
    [DataRow("[reorg]\nstride=2\nreverse=1", "line 5", "reverse=1", "not supported", null)]
    [DataRow("[upsample]\nstride=-2", "line 5", "stride=-2", "from 1", null)]
    [DataRow("[upsample]\nstride=1048576", "line 5", "values", "at most", null)]
    [DataRow("[dropout]\n[route]\nlayers=7", "line 6", "layer 7", "from 0 to 0", null)]
    [DataRow("[dropout]\n[route]\nlayers=-2", "line 6", "layer -2", "from -1", null)]
    [DataRow("[route]\nlayers=-2147483648", "line 5", "-2147483648", "layer 0", null)]
    [DataRow("[route]\nlayers=", "line 5", "layers=", "whole number", null)]
    [DataRow("[route]", "line 5", "layers is missing", "", null)]
    [DataRow("[dropout]\n" + Pool + "[route]\nlayers=0,1", "line 9", "12×6×4", "12×3×2", "same height")]
    [DataRow("[dropout]\n[route]\nlayers=0\ngroups=5", "line 6", "groups=5", "12 channels", null)]
    [DataRow("[dropout]\n[route]\nlayers=0\ngroups=2\ngroup_id=2", "line 6", "group_id=2", "0 to 1", null)]
    [DataRow("[dropout]\n[shortcut]\nactivation=linear", "line 6", "from is missing", "", null)]
    [DataRow("[dropout]\n[shortcut]\nfrom=3", "line 6", "layer 3", "", null)]
    [DataRow("[dropout]\n[shortcut]\nfrom=0\nweights_type=per_channel", "line 6", "per_channel", "not supported", null)]
    [DataRow("[dropout]\n" + Pool + "[shortcut]\nfrom=0,1", "line 9", "same size", "12×6×4", null)]
    [DataRow("[dropout]\n[maxpool]\nstride_x=2\nsize=2\n[shortcut]\nfrom=0", "line 9", "same ratio", "12×6×2", null)]
    [DataRow("[softmax]\ngroups=7", "line 5", "groups=7", "288 values", null)]
    [DataRow("[softmax]\ntree=9k.tree", "line 5", "tree=9k.tree", "no such file", null)]
    [DataRow("[softmax]\ntree=../../x/9k.tree", "line 5", "tree=../../x/9k.tree", "no such file", null)]
    [DataRow("[softmax]\ntree=/dev/zero", "line 5", "/dev/zero", "", null)]
    [DataRow("[softmax]\ntemperature=nan", "line 5", "temperature=nan", "number", null)]
    [DataRow("[region]\nclasses=2\nnum=2\nanchors=1,1,2,2", "line 5", "14 channels", "filters=14", "2 anchors × (5 + 2 classes)")]
    [DataRow("[dropout]\n[yolo]\nclasses=80\nnum=2\nanchors=1,1,2,2\nmask=1", "line 6", "85 channels", "gives 12", "[yolo]")]
    [DataRow("[region]\nclasses=1\nnum=2\nanchors=1,1,2", "line 5", "num=2", "4 numbers, found 3", null)]
    [DataRow("[region]\nclasses=1\nnum=2", "line 5", "anchors is missing", "", null)]
    [DataRow("[region]\nclasses=1\nnum=2\nanchors=1,1,2,x", "line 5", "anchors=x", "line 8", "number")]
    [DataRow("[region]\nclasses=1\nnum=2\nanchors=1,1,2,0", "line 5", "larger than 0", "", null)]
    [DataRow("[region]\nclasses=1\nnum=2\nanchors=1,1,2,2\ncoords=5", "line 5", "coords=5", "expected 4", null)]
    [DataRow("[region]\nclasses=1\nnum=2\nanchors=1,1,2,2\nbackground=1", "line 5", "background=1", "not supported", null)]
    [DataRow("[region]\nclasses=1\nnum=2\nanchors=1,1,2,2\ntree=9k.tree", "line 5", "tree=9k.tree", "no such file", null)]
    [DataRow("[yolo]\nclasses=7\nnum=1\nanchors=1,1\ntree=9k.tree", "line 5", "tree", "YOLO9000", null)]
    [DataRow("[region]\nclasses=1048576\nnum=1048576\nanchors=1,1", "line 5", "2097152 numbers", "found 2", null)]
    [DataRow("[yolo]\nclasses=1\nnum=2\nanchors=1,1,2,2\nmask=2", "line 5", "anchor 2", "from 0 to 1", null)]
    [DataRow("[yolo]\nclasses=1\nnum=2\nanchors=1,1,2,2\n[dropout]", "line 9", "head", "layer 0", null)]
    [DataRow("[dropout]\n[maxpool]\nsize=2\nstrid=2", "line 6", "strid (line 8)", "expected stride", null)]
    [DataRow("[upsample]\nscales=2", "line 5", "scales", "expected scale", null)]
    [DataRow("[shortcut]\nform=0", "line 5", "from is missing", "", null)]
    [DataRow("[activation]\nactivaton=leaky", "line 5", "activaton", "expected activation", null)]
    [DataRow("[net]", "line 5", "one [net]", "", null)]
    [DataRow("[]", "line 5", "expected a section", "", null)]
    [DataRow("[dropout]\nnonsense", "line 6", "key=value", "nonsense", null)]
    public void Import_BadLayer_NamesSectionAndLine(string layers, string line, string given, string expected, string? more)
    {
        using var files = new DarknetFiles(Grid.Random(12, 6, 4), layers);

        var error = Assert.ThrowsExactly<BadModelException>(() => files.Import());
        foreach (var part in (string?[])[files.Cfg, line, given, expected, more])
            if (part is not null) Assert.Contains(part, error.Message);
    }

    [TestMethod]
    [DataRow("", "[net]")]
    [DataRow("# only remarks\n; here\n\n", "[net]")]
    [DataRow("[convolutional]\nfilters=1", "line 1")]
    [DataRow("width=3\n[net]", "line 1")]
    [DataRow("[net]\nwidth=2\nheight=2\nchannels=3", "at least one layer")]
    [DataRow("[net]\nwidth=2\nheight=2\n[dropout]", "channels is missing")]
    [DataRow("[net]\nwidth=0\nheight=2\nchannels=3\n[dropout]", "width=0")]
    [DataRow("[net]\nwidth=100000\nheight=100000\nchannels=3\n[dropout]", "3×100000×100000")]
    [DataRow("<html><body>Not found</body></html>", "key=value")]
    public void Import_BadNet_SaysWhatIsMissing(string cfg, string expected)
    {
        using var files = new DarknetFiles(Grid.Random(1, 1, 1), "");
        files.WriteCfg(cfg);

        var error = Assert.ThrowsExactly<BadModelException>(() => files.Import());
        Assert.Contains(expected, error.Message);
        Assert.Contains(files.Cfg, error.Message);
    }

    [TestMethod]
    // 3 biases and 3 · 2 · 3 · 3 kernels are 57 floats, after 20 bytes of header 248 bytes
    [DataRow(57, null)]
    [DataRow(56, "expected 216 bytes of kernels from byte 32 on, found 212 (the file has 244 bytes)")]
    [DataRow(3, "expected 216 bytes of kernels from byte 32 on, found 0")]
    [DataRow(2, "expected 12 bytes of biases from byte 20 on, found 8")]
    [DataRow(58, "too long for")]
    [DataRow(58, "expected 248 bytes")]
    [DataRow(58, "found 252")]
    public void Import_WeightsOfAnyLength_TakesOnlyTheRightOne(int floats, string? expected)
    {
        using var files = new DarknetFiles(Grid.Random(2, 4, 4), "[convolutional]\nfilters=3\nsize=3\npad=1\n[dropout]", new float[floats]);
        if (expected is null)
        {
            Assert.HasCount(48, files.Run());
            return;
        }

        var error = Assert.ThrowsExactly<BadModelException>(() => files.Import());
        foreach (var part in (string[])[expected, files.Weights, files.Cfg, "line 5: [convolutional]"]) Assert.Contains(part, error.Message);
    }

    [TestMethod]
    [DataRow(0, 1)]
    [DataRow(0, 2)]
    [DataRow(1, 0)]
    [DataRow(1001, 0)]
    public void Import_EachVersionOfHeader_ReadsTheSameWeights(int major, int minor)
    {
        var image = Grid.Random(1, 1, 1);
        using var files = new DarknetFiles(image, "[convolutional]\nactivation=linear");
        files.WriteWeights(major, minor, [.5f, 2]);

        Assert.AreEqual(2 * image.Values[0] + .5f, files.Run()[0], 1e-6f);
    }

    [TestMethod]
    [DataRow(0, "header")]
    [DataRow(15, "header")]
    [DataRow(16, "header of 20 bytes")]
    public void Import_CutHeader_SaysSo(int length, string expected)
    {
        using var files = new DarknetFiles(Grid.Random(1, 1, 1), "[dropout]");
        File.WriteAllBytes(files.Weights, File.ReadAllBytes(files.Weights)[..length]);

        Assert.Contains(expected, Assert.ThrowsExactly<BadModelException>(() => files.Import()).Message);
    }

    [TestMethod]
    [DataRow(float.NaN, 0f)]
    [DataRow(float.PositiveInfinity, 0f)]
    [DataRow(1f, -1f)]
    public void Import_ImpossibleWeights_NamesSection(float bias, float variance)
    {
        using var files = new DarknetFiles(Grid.Random(1, 1, 1), "[convolutional]\nbatch_normalize=1", [bias, 1, 0, variance, 1]);

        Assert.Contains("line 5: [convolutional]", Assert.ThrowsExactly<BadModelException>(() => files.Import()).Message);
    }

    [TestMethod]
    public void Import_MissingFiles_NamesThem()
    {
        using var files = new DarknetFiles(Grid.Random(1, 1, 1), "[dropout]");
        File.Delete(files.Weights);
        Assert.Contains(files.Weights, Assert.ThrowsExactly<BadModelException>(() => files.Import()).Message);
        File.Delete(files.Cfg);
        Assert.Contains(files.Cfg, Assert.ThrowsExactly<BadModelException>(() => files.Import()).Message);
        Assert.ThrowsExactly<ArgumentException>(() => new DarknetImporter().Import(""));
    }

    [TestMethod]
    public void Import_FolderOrLargeFileAsCfg_Throws()
    {
        using var files = new DarknetFiles(Grid.Random(1, 1, 1), "[dropout]");
        var folder = Path.GetDirectoryName(files.Cfg)!;
        Assert.Contains(folder, Assert.ThrowsExactly<BadModelException>(() => new DarknetImporter().Import(folder)).Message);
        files.WriteCfg(new string('#', 5 << 20));
        Assert.Contains("expected at most", Assert.ThrowsExactly<BadModelException>(() => files.Import()).Message);
    }

    private const string Grids = """
        [net]
        channels=2
        height=8
        width=8
        [convolutional]
        batch_normalize=1
        filters=4
        size=3
        stride=1
        pad=1
        activation=mish
        [maxpool]
        size=3
        stride=2
        [shortcut]
        from=-2
        [route]
        layers=-1,1
        [reorg]
        stride=2
        [yolo]
        mask=0,1
        anchors=1,2,3,4
        num=2
        classes=11
        """;

    private const string Cells = """
        [net]
        channels=2
        height=8
        width=8
        letter_box=1
        [batchnorm]
        [convolutional]
        xnor=1
        filters=2
        size=3
        pad=1
        activation=leaky
        [convolutional]
        xnor=1
        filters=2
        size=3
        pad=1
        share_index=-1
        [local_avgpool]
        size=2
        stride=2
        [local]
        filters=9
        size=3
        stride=2
        pad=1
        [softmax]
        tree=own.tree
        [detection]
        coords=4
        side=2
        num=1
        classes=4
        """;

    [TestMethod]
    [DataRow(Grids)]
    [DataRow(Cells)]
    public void Import_RandomDamage_NeverThrowsAnythingElse(string good)
    {
        float[][] weights = good == Grids
            ? [DarknetFiles.Convolution(4, 72, true)]
            : [[1, 1, 0, 0, 1, 1], DarknetFiles.Convolution(2, 36, false), new float[36 + 4 * 9 * 18]];
        using var files = new DarknetFiles(Grid.Random(2, 8, 8), "", weights);
        var tree = Path.Combine(Path.GetDirectoryName(files.Cfg)!, "own.tree");
        var goodTree = string.Concat(Enumerable.Range(0, 36).Select(i => $"c{i} {(i < 4 ? -1 : (i - 4) / 4)}\n"));
        File.WriteAllText(tree, goodTree);
        files.WriteCfg(good);
        Assert.IsNotNull(files.Import());
        var random = new Random(5);
        for (var i = 0; i < 500; i++)
        {
            files.WriteCfg(Damaged(good, random));
            File.WriteAllText(tree, i % 2 == 0 ? goodTree : Damaged(goodTree, random));
            try
            {
                files.Import().Check();
            }
            catch (BadModelException)
            {
                // the answer to a damaged file
            }
        }
    }

    private static string Damaged(string good, Random random)
    {
        var text = good.ToCharArray();
        for (var n = random.Next(1, 4); n > 0; n--) text[random.Next(text.Length)] = "-0129,=[]#\nx. "[random.Next(14)];
        return new string(text);
    }
}
