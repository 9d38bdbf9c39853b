namespace Rapport.Records;

/// <summary>Collects search values row by row and sorts them into a <see cref="TermTable"/>. Not thread safe.</summary>
internal sealed class TermTableBuilder
{
    // Longer values are cut: what one searches by is short, and a giant text must not fill the memory of the server.
    private const int MaxValueLength = 512;

    private readonly Dictionary<ulong, int> _byHash = [];
    private readonly List<Draft> _terms = [];
    private readonly Dictionary<ulong, int> _systemsByHash = [];
    private readonly List<byte[]> _systems = [];
    private readonly List<(int Term, int Row)> _occurrences = [];
    private byte[] _text = new byte[4096];
    private int _textLength;

    internal void Add(ushort parameter, ReadOnlySpan<byte> system, ReadOnlySpan<byte> value, int row)
    {
        value = value.Length > MaxValueLength ? value[..MaxValueLength] : value;
        var systemNumber = SystemNumber(system);
        var term = Find(parameter, systemNumber, value);
        // The same value twice in one entry (say, code and combo) counts once.
        if (_terms[term].LastRow != row)
        {
            _terms[term] = _terms[term] with { LastRow = row, Count = _terms[term].Count + 1 };
            _occurrences.Add((term, row));
        }
    }

    internal void Add(TermTable table)
    {
        for (var term = 0; term < table.Count; term++)
        {
            foreach (var row in table.Rows(term))
            {
                Add(table.Parameter(term), table.System(term), table.Value(term), row);
            }
        }
    }

    internal TermTable Build()
    {
        var order = new int[_terms.Count];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        Array.Sort(order, Compare);
        var terms = new TermTable.Term[order.Length];
        var next = new int[order.Length];
        var text = new byte[_textLength];
        int start = 0, firstRow = 0;
        for (var i = 0; i < order.Length; i++)
        {
            var draft = _terms[order[i]];
            _text.AsSpan(draft.Start, draft.Length).CopyTo(text.AsSpan(start));
            terms[i] = new TermTable.Term(draft.Parameter, draft.System, start, draft.Length, firstRow);
            next[order[i]] = firstRow;
            start += draft.Length;
            firstRow += draft.Count;
        }

        var rows = new int[firstRow];
        foreach (var (term, row) in _occurrences)
        {
            rows[next[term]++] = row;
        }

        return new TermTable(terms, text, [.. _systems], rows);
    }

    private int Compare(int left, int right)
    {
        Draft a = _terms[left], b = _terms[right];
        var order = a.Parameter.CompareTo(b.Parameter);
        order = order != 0 ? order : _text.AsSpan(a.Start, a.Length).SequenceCompareTo(_text.AsSpan(b.Start, b.Length));
        return order != 0 ? order : a.System.CompareTo(b.System);
    }

    private int Find(ushort parameter, int system, ReadOnlySpan<byte> value)
    {
        var hash = Hash(parameter, system, value);
        while (_byHash.TryGetValue(hash, out var found))
        {
            var draft = _terms[found];
            if (draft.Parameter == parameter && draft.System == system && _text.AsSpan(draft.Start, draft.Length).SequenceEqual(value))
            {
                return found;
            }

            hash++;
        }

        while (_textLength + value.Length > _text.Length)
        {
            Array.Resize(ref _text, _text.Length * 2);
        }

        value.CopyTo(_text.AsSpan(_textLength));
        _terms.Add(new Draft(parameter, system, _textLength, value.Length, -1, 0));
        _textLength += value.Length;
        _byHash.Add(hash, _terms.Count - 1);
        return _terms.Count - 1;
    }

    private int SystemNumber(ReadOnlySpan<byte> system)
    {
        var hash = Hash(0, -1, system);
        while (_systemsByHash.TryGetValue(hash, out var found))
        {
            if (_systems[found].AsSpan().SequenceEqual(system))
            {
                return found;
            }

            hash++;
        }

        _systems.Add(system.ToArray());
        _systemsByHash.Add(hash, _systems.Count - 1);
        return _systems.Count - 1;
    }

    private static ulong Hash(ushort parameter, int system, ReadOnlySpan<byte> value)
    {
        HashCode hash = default;
        hash.AddBytes(value);
        return ((ulong)(uint)hash.ToHashCode() << 32) | ((uint)parameter << 16) ^ (uint)system;
    }

    private readonly record struct Draft(ushort Parameter, int System, int Start, int Length, int LastRow, int Count);
}
