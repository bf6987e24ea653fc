using System.Diagnostics.CodeAnalysis;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Onnx;
using MlNetVision.Files;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Runtime;

namespace MlNetVision.MlNet;

/// <summary>
/// <c>ApplyOnnxModel</c> of a network in memory. ML.NET reads networks from files, again when it saves a chain; its overload
/// for streams never deletes its temporary file. Here the transformer deletes the file.
/// </summary>
[RequiresUnreferencedCode(Untrimmed.Reason), RequiresDynamicCode(Untrimmed.Reason)]
internal sealed class NetworkEstimator : IEstimator<NetworkTransformer>
{
    private readonly OwnedTemporary _file = OwnedTemporary.Network();
    private readonly OnnxScoringEstimator _estimator;
    private readonly string[] _outputs;

    /// <param name="transforms">The catalog.</param>
    /// <param name="outputs">The outputs that become columns.</param>
    /// <param name="inputs">The columns of the inputs.</param>
    /// <param name="network">The network.</param>
    /// <param name="device">The devices to take; null: those of the catalog's <see cref="MLContext"/>.</param>
    /// <exception cref="BadDeviceException">None of the devices works.</exception>
    public NetworkEstimator(TransformsCatalog transforms, string[] outputs, string[] inputs, OnnxModel network, DeviceList? device = null)
    {
        OnnxRuntimeEnvironment.Ensure();
        using (var stream = File.Create(_file.Path)) network.Save(stream);
        _outputs = outputs;
        _estimator = ChainDevice.OfHost.Apply(
            transforms, device, network.Name, (catalog, gpu) => catalog.ApplyOnnxModel(outputs, inputs, _file.Path, gpu));
    }

    public NetworkTransformer Fit(IDataView input) => new(_estimator.Fit(input), _outputs, _file);

    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _estimator.GetOutputSchema(inputSchema);
}

/// <summary>
/// ML.NET's transformer of a network, with counted uses: ML.NET frees the native session at once on disposal, which crashes the
/// process while another thread runs it. Here running rows end normally, the last one frees the session, and later rows throw
/// <see cref="ObjectDisposedException"/>. The saved form is ML.NET's transformer alone.
/// </summary>
/// <param name="inner">ML.NET's transformer; this one disposes it.</param>
/// <param name="outputs">The columns that the network computes.</param>
/// <param name="file">The network's file, which ML.NET reads again when it saves.</param>
internal sealed class NetworkTransformer(OnnxTransformer inner, string[] outputs, OwnedTemporary file) : ITransformer, IDisposable
{
    private readonly UseCount _uses = new(typeof(NetworkTransformer), inner.Dispose);

    bool ITransformer.IsRowToRowMapper => ((ITransformer)inner).IsRowToRowMapper;

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => inner.GetOutputSchema(inputSchema);

    public IDataView Transform(IDataView input)
    {
        using var use = _uses.Enter();
        return new View(inner.Transform(input), new Counted(_uses, outputs));
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema)
    {
        using var use = _uses.Enter();
        return new Mapper(((ITransformer)inner).GetRowToRowMapper(inputSchema), new Counted(_uses, outputs));
    }

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ((ICanSaveModel)inner).Save(ctx);
        GC.KeepAlive(file);
    }

    public void Dispose() => _uses.Dispose();

    /// <summary>Counts the getters of the network's outputs, which run the session.</summary>
    private sealed class Counted(UseCount uses, string[] outputs)
    {
        public IDisposable Hold() => uses.Hold();

        public ValueGetter<TValue> Getter<TValue>(DataViewRow row, DataViewSchema.Column column)
        {
            var getter = row.GetGetter<TValue>(column);
            if (!outputs.Contains(column.Name, StringComparer.Ordinal)) return getter;
            return (ref TValue value) =>
            {
                using var use = uses.Enter();
                getter(ref value);
            };
        }
    }

    private sealed class View(IDataView inner, Counted counted) : IDataView
    {
        public bool CanShuffle => inner.CanShuffle;

        public DataViewSchema Schema => inner.Schema;

        public long? GetRowCount() => inner.GetRowCount();

        // ML.NET computes rows ahead of an open cursor, so it counts as a use until it is closed.
        public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
        {
            var use = counted.Hold();
            try
            {
                return new Cursor(inner.GetRowCursor(columnsNeeded, rand), counted, use);
            }
            catch
            {
                use.Dispose();
                throw;
            }
        }

        public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
        {
            using var use = counted.Hold();
            return [.. inner.GetRowCursorSet(columnsNeeded, n, rand).Select(c => new Cursor(c, counted, counted.Hold()))];
        }
    }

    private sealed class Mapper(IRowToRowMapper inner, Counted counted) : IRowToRowMapper
    {
        public DataViewSchema InputSchema => inner.InputSchema;

        public DataViewSchema OutputSchema => inner.OutputSchema;

        public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
            inner.GetDependencies(dependingColumns);

        public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns) =>
            new Row(inner.GetRow(input, activeColumns), counted);
    }

    private sealed class Cursor(DataViewRowCursor inner, Counted counted, IDisposable use) : DataViewRowCursor
    {
        public override long Position => inner.Position;

        public override long Batch => inner.Batch;

        public override DataViewSchema Schema => inner.Schema;

        public override bool MoveNext() => inner.MoveNext();

        public override ValueGetter<DataViewRowId> GetIdGetter() => inner.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) => inner.IsColumnActive(column);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => counted.Getter<TValue>(inner, column);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
                use.Dispose();
            }
            base.Dispose(disposing);
        }
    }

    private sealed class Row(DataViewRow inner, Counted counted) : DataViewRow
    {
        public override long Position => inner.Position;

        public override long Batch => inner.Batch;

        public override DataViewSchema Schema => inner.Schema;

        public override ValueGetter<DataViewRowId> GetIdGetter() => inner.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) => inner.IsColumnActive(column);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => counted.Getter<TValue>(inner, column);

        protected override void Dispose(bool disposing)
        {
            if (disposing) inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
