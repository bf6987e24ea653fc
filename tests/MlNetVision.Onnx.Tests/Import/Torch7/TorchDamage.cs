namespace MlNetVision.Onnx.Tests.Import.Torch7;

/// <summary>Damage to files: to the values that are written, and to the bytes.</summary>
internal static class TorchDamage
{
    private static readonly string[] Classes = ["nn.Sequential", "nn.ConcatTable", "nn.CAddTable", "nn.Tanh", "nn.SpatialConvolution", "torch.FloatTensor", "torch.LongStorage", "nn", ""];
    private static readonly double[] Numbers = [0, -1, 1, 2, 0.5, 7, 64, 4096, 1 << 20, int.MaxValue, 1e18, -1e300, double.NaN, double.PositiveInfinity];

    /// <summary>Changes one to four values, in place: left out, doubled, exchanged (also so that they hold themselves), another number, another class, a tensor that lies elsewhere.</summary>
    public static void ToValues(object root, Random random)
    {
        var (tables, values) = Parts(root);
        tables.RemoveAll(t => t.Entries.Count == 0);
        for (var changes = random.Next(1, 5); changes > 0 && tables.Count > 0; changes--)
        {
            var entries = tables[random.Next(tables.Count)].Entries;
            if (entries.Count == 0) continue;
            var at = random.Next(entries.Count);
            var (key, value) = entries[at];
            switch (random.Next(8))
            {
                case 0: entries.RemoveAt(at); break;
                case 1: entries.Add((key, values[random.Next(values.Count)])); break;
                case 2: entries[at] = (key, values[random.Next(values.Count)]); break;
                case 3: entries[at] = (random.Next(4) == 0 ? values[random.Next(values.Count)] : Numbers[random.Next(3)], value); break;
                case 4: entries[at] = (key, Numbers[random.Next(Numbers.Length)]); break;
                default: entries[at] = (key, Changed(value, values, random)); break;
            }
        }
    }

    /// <summary>One to eight changes: a bit, a byte, a number that is apt to be a length, a piece left out, doubled, or cut off.</summary>
    public static byte[] ToBytes(byte[] original, Random random)
    {
        var bytes = original.ToList();
        for (var changes = random.Next(1, 9); changes > 0 && bytes.Count > 8; changes--)
        {
            var at = random.Next(bytes.Count - 8);
            var length = random.Next(1, Math.Min(64, bytes.Count - at));
            switch (random.Next(7))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[at] = (byte)random.Next(256); break;
                case 2: Put(bytes, at, BitConverter.GetBytes(random.Next(-2, 10))); break;
                case 3: Put(bytes, at, BitConverter.GetBytes(1L << random.Next(64))); break;
                case 4: bytes.RemoveRange(at, length); break;
                case 5: bytes.InsertRange(at, bytes.GetRange(at, length)); break;
                default: if (random.Next(4) == 0) bytes.RemoveRange(at, bytes.Count - at); break;
            }
        }
        return [.. bytes];
    }

    private static object Changed(object? value, List<object> values, Random random) => value switch
    {
        double or int => Numbers[random.Next(Numbers.Length)],
        TorchObject module => module with { Class = Classes[random.Next(Classes.Length)] },
        TorchTensor tensor => random.Next(5) switch
        {
            0 => tensor with { Size = Changed(tensor.Size, random) },
            1 => tensor with { Stride = Changed(tensor.Stride, random) },
            2 => tensor with { Offset = random.NextInt64(-2, 1L << random.Next(1, 63)) },
            3 => tensor with { Element = new[] { "Byte", "Half", "Long", "Double", "Cuda", "Quad" }[random.Next(6)] },
            _ => tensor with { Storage = values.OfType<TorchTensor>().ElementAt(random.Next(values.OfType<TorchTensor>().Count())).Storage },
        },
        _ => values[random.Next(values.Count)],
    };

    private static long[] Changed(long[] axes, Random random)
    {
        if (axes.Length == 0) return [random.Next(5)];
        long[] changed = [.. axes];
        changed[random.Next(axes.Length)] = random.Next(3) == 0 ? 1L << random.Next(63) : random.Next(-2, 20);
        return changed;
    }

    private static (List<LuaTable> Tables, List<object> Values) Parts(object root)
    {
        var (tables, values) = (new List<LuaTable>(), new List<object>());
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var left = new Stack<object>([root]);
        while (left.TryPop(out var value))
        {
            if (!seen.Add(value)) continue;
            values.Add(value);
            if (value is TorchObject module) left.Push(module.Fields);
            if (value is LuaFunction function) left.Push(function.Upvalues);
            if (value is not LuaTable table) continue;
            tables.Add(table);
            foreach (var (_, inner) in table.Entries)
                if (inner is not null) left.Push(inner);
        }
        return (tables, values);
    }

    private static void Put(List<byte> bytes, int at, byte[] values)
    {
        for (var i = 0; i < values.Length; i++) bytes[at + i] = values[i];
    }
}
