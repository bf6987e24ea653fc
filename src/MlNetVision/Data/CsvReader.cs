using System.Text;

namespace MlNetVision.Data;

/// <summary>
/// Reads comma-separated values (RFC 4180), or values separated by another character, with line breaks within quotes. Blank lines are skipped, and blanks around a
/// field are trimmed unless quoted: people type <c>path, label</c>.
/// </summary>
internal sealed class CsvReader
{
    private readonly string _text;
    private readonly string _source;
    private readonly char _separator;
    private int _at;
    private int _line = 1;

    private CsvReader(string text, string source, char separator) => (_text, _source, _separator) = (text, source, separator);

    /// <summary>The records of a text.</summary>
    /// <param name="text">The text, with any line ends.</param>
    /// <param name="source">Its name in messages.</param>
    /// <param name="separator">What stands between two fields. Default: a comma.</param>
    /// <param name="bad">Receives the error of each line that cannot be read and is passed over, with its number; null: it is thrown.</param>
    /// <exception cref="BadDataSetException">A quote is misplaced or not closed; the message names the line.</exception>
    public static IEnumerable<CsvRecord> Read(string text, string source, char separator = ',', Action<BadDataSetException, int>? bad = null) =>
        new CsvReader(text, source, separator).Records(bad);

    private string Name => _separator switch { ';' => "semicolon", '\t' => "tab", _ => "comma" };

    private bool AtEnd => _at == _text.Length;

    private char Next => _text[_at];

    private IEnumerable<CsvRecord> Records(Action<BadDataSetException, int>? bad)
    {
        while (SkipBlankLines())
        {
            var (start, line) = (_at, _line);
            CsvRecord record;
            try
            {
                record = Record();
            }
            catch (BadDataSetException e) when (bad is not null)
            {
                bad(e, line);
                // A quote that is not closed takes the lines behind it with it.
                for ((_at, _line) = (start, line); !AtEnd && !IsLineEnd(); _at++) { }
                continue;
            }
            yield return record;
        }
    }

    private CsvRecord Record()
    {
        var line = _line;
        var fields = new List<string> { Field() };
        while (!AtEnd && Next == _separator)
        {
            _at++;
            fields.Add(Field());
        }
        return new(line, fields);
    }

    /// <summary>Advances to the next line that is not blank; false at the end.</summary>
    private bool SkipBlankLines()
    {
        for (; !AtEnd && char.IsWhiteSpace(Next) && Next != _separator; _at++)
            if (IsLineEnd()) _line++;
        return !AtEnd;
    }

    /// <summary>Whether the next character ends a line; for CR LF that is the LF.</summary>
    private bool IsLineEnd() => Next == '\n' || Next == '\r' && !(_at + 1 < _text.Length && _text[_at + 1] == '\n');

    private string Field()
    {
        SkipBlanks();
        return !AtEnd && Next == '"' ? Quoted() : Plain();
    }

    private string Plain()
    {
        var start = _at;
        while (!AtEnd && Next is not ('\r' or '\n') && Next != _separator)
        {
            if (Next == '"')
                throw Bad(_line, "a quote within an unquoted field; such a field is written \"like \"\"this\"\"\"");
            _at++;
        }
        return _text[start.._at].TrimEnd();
    }

    private string Quoted()
    {
        var (field, line) = (new StringBuilder(), _line);
        for (_at++; !AtEnd; _at++)
        {
            if (Next == '"' && !(_at + 1 < _text.Length && _text[_at + 1] == '"'))
            {
                _at++;
                SkipBlanks();
                return AtEnd || Next is '\r' or '\n' || Next == _separator
                    ? field.ToString()
                    : throw Bad(_line, $"'{Next}' follows a closing quote; expected a {Name} or the end of the line");
            }
            if (Next == '"') _at++;
            else if (IsLineEnd()) _line++;
            field.Append(Next);
        }
        throw Bad(line, "a quote is opened and not closed");
    }

    private void SkipBlanks()
    {
        while (!AtEnd && Next is ' ' or '\t' && Next != _separator) _at++;
    }

    private BadDataSetException Bad(int line, string what) => new(FormattableString.Invariant($"{_source}, line {line}: {what}."));
}

/// <summary>One record of comma-separated values.</summary>
/// <param name="Line">The line that it begins on, from 1.</param>
/// <param name="Fields">Its fields, without the quotes around them.</param>
internal readonly record struct CsvRecord(int Line, IReadOnlyList<string> Fields);
