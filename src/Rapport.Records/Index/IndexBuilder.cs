using System.Security.Cryptography;
using System.Text;
using Rapport.Data;
using Rapport.Fhir;

namespace Rapport.Records;

/// <summary>Makes a <see cref="CompartmentIndex"/>: from an earlier one and the entries that came since. Not thread safe.</summary>
internal sealed class IndexBuilder : SearchSink
{
    private readonly List<LocalId> _local = [];
    private readonly List<int> _version = [];
    private readonly List<ushort> _type = [];
    private readonly List<int> _writing = [];
    private readonly List<(long At, long Source)> _writings = [];
    private readonly List<byte> _digest = [];
    private readonly List<ulong> _origin = [];
    private readonly List<int> _when = [];
    private readonly HashSet<int> _withdrawn = [];
    private readonly List<(int Row, int PartsRow)> _withParts = [];
    private readonly List<int> _bodyStart = [];
    private readonly List<(int Row, LocalId Target)> _context = [];
    private readonly List<(int Row, ushort Parameter, long Low, long High)> _dates = [];
    private readonly List<(int Row, ushort First, ushort Second, decimal Value, int Unit)> _quantities = [];
    private readonly List<(byte[] System, byte[] Code, byte[] Unit)> _units = [];
    private readonly List<(int Row, ushort Parameter, LocalId Target)> _links = [];
    private readonly List<(int Row, ulong Value, uint System)> _identifiers = [];
    private readonly List<(int Row, LocalId On)> _comments = [];
    private readonly TermTableBuilder _terms = new();
    private readonly byte[] _patient;
    private readonly string _patientText;
    private int _row;
    private int _whenRank;

    internal IndexBuilder(PatientId patient, CompartmentIndex? earlier)
    {
        _patientText = patient.ToString();
        _patient = Encoding.ASCII.GetBytes(_patientText);
        if (earlier is not null)
        {
            Copy(earlier.Data);
        }
    }

    internal int Count => _local.Count;

    /// <summary>Adds the next row.</summary>
    /// <param name="resource">What is stored.</param>
    /// <param name="header">What is stored with it.</param>
    /// <param name="at">When it was written, Unix milliseconds.</param>
    internal void Add(Resource resource, in EntryHeader header, long at)
    {
        _row = _local.Count;
        _whenRank = int.MaxValue;
        _local.Add(header.Local);
        _version.Add(header.Version);
        _type.Add(ResourceTypes.Number(resource.TypeName));
        if (_writings.Count == 0 || _writings[^1] != (at, header.Source))
        {
            _writings.Add((at, header.Source));
        }

        _writing.Add(_writings.Count - 1);
        _origin.Add(header.Origin);
        _when.Add(-1);
        _bodyStart.Add(header.Length);
        Span<byte> digest = stackalloc byte[CompartmentIndex.DigestLength];
        SHA256.HashData(resource.Json.Span, digest);
        _digest.AddRange(digest);
        if (header.HasParts)
        {
            _withParts.Add((_row, header.PartsOf > 0 ? (int)header.PartsOf - 1 : _row));
        }

        if (header.IsHidden)
        {
            // It says that the resource is there no more, or how others are shown or labelled: nothing finds it.
            _withdrawn.Add(_row);
            return;
        }

        var links = _links.Count;
        SearchIndexer.Extract(resource, this);
        NestedLabels.Extract(resource, isWhole: header.Rules != 0, this);
        AddContext(header.Context.Span, links);
        if (Comment.On(resource, _patientText) is { } on)
        {
            _comments.Add((_row, on));
        }
    }

    internal CompartmentIndex Build() => new(_patient, new CompartmentIndex.Columns
    {
        Local = [.. _local],
        Version = [.. _version],
        Type = [.. _type],
        Writing = [.. _writing],
        Writings = [.. _writings],
        Digest = [.. _digest],
        Origin = [.. _origin],
        When = [.. _when],
        Withdrawn = System.Collections.Frozen.FrozenSet.ToFrozenSet(_withdrawn),
        WithParts = [.. _withParts.Select(p => p.Row)],
        PartsRow = [.. _withParts.Select(p => p.PartsRow)],
        BodyStart = [.. _bodyStart],
        ContextRow = [.. _context.Select(c => c.Row)],
        ContextTarget = [.. _context.Select(c => c.Target)],
        DateRow = [.. _dates.Select(d => d.Row)],
        DateParameter = [.. _dates.Select(d => d.Parameter)],
        DateLow = [.. _dates.Select(d => d.Low)],
        DateHigh = [.. _dates.Select(d => d.High)],
        QuantityRow = [.. _quantities.Select(q => q.Row)],
        QuantityParameter = [.. _quantities.Select(q => (q.First, q.Second))],
        QuantityValue = [.. _quantities.Select(q => q.Value)],
        QuantityUnit = [.. _quantities.Select(q => q.Unit)],
        Units = [.. _units],
        LinkRow = [.. _links.Select(l => l.Row)],
        LinkParameter = [.. _links.Select(l => l.Parameter)],
        LinkTarget = [.. _links.Select(l => l.Target)],
        IdentifierRow = [.. _identifiers.Select(i => i.Row)],
        IdentifierValue = [.. _identifiers.Select(i => i.Value)],
        IdentifierSystem = [.. _identifiers.Select(i => i.System)],
        CommentRow = [.. _comments.Select(c => c.Row)],
        CommentOn = [.. _comments.Select(c => c.On)],
        Terms = _terms.Build(),
    });

    public override void Token(SearchParameter parameter, ReadOnlySpan<byte> system, ReadOnlySpan<byte> code)
    {
        if (ParameterRoles.IsColumn(parameter.Id))
        {
            return;
        }

        if (ParameterRoles.IsIdentifier(parameter.Id))
        {
            _identifiers.Add((_row, CompartmentIndex.HashOf(code), (uint)CompartmentIndex.HashOf(system)));
        }
        else
        {
            _terms.Add(parameter.Id, system, code, _row);
        }
    }

    public override void Reference(SearchParameter parameter, ReadOnlySpan<byte> reference)
    {
        var slash = reference.IndexOf((byte)'/');
        var id = slash < 0 ? default : reference[(slash + 1)..];
        if (id.SequenceEqual(_patient))
        {
            // Nearly every entry refers to its patient: as a term that costs four bytes.
            _terms.Add(parameter.Id, [], _patient, _row);
        }
        else if (id.Length == _patient.Length + 1 + LocalId.TextLength && id[_patient.Length] == (byte)'.' && id.StartsWith(_patient)
            && TryReadLocal(id[(_patient.Length + 1)..], out var local))
        {
            _links.Add((_row, parameter.Id, local));
        }
        else
        {
            _terms.Add(parameter.Id, [], reference, _row);
        }
    }

    public override void Date(SearchParameter parameter, long lowUnixMs, long highUnixMs)
    {
        if (ParameterRoles.IsColumn(parameter.Id))
        {
            return;
        }

        _dates.Add((_row, parameter.Id, lowUnixMs, highUnixMs));
        var rank = ParameterRoles.WhenRank(parameter.Id);
        if (rank >= 0 && rank < _whenRank)
        {
            _whenRank = rank;
            _when[_row] = _dates.Count - 1;
        }
    }

    public override void String(SearchParameter parameter, ReadOnlySpan<byte> text) => _terms.Add(parameter.Id, [], text, _row);

    public override void Uri(SearchParameter parameter, ReadOnlySpan<byte> uri) => _terms.Add(parameter.Id, [], uri, _row);

    public override void Number(SearchParameter parameter, decimal value) => _quantities.Add((_row, parameter.Id, 0, value, -1));

    public override void Quantity(SearchParameter parameter, decimal value, ReadOnlySpan<byte> system, ReadOnlySpan<byte> code, ReadOnlySpan<byte> unit)
    {
        var number = UnitNumber(system, code, unit);
        // `combo-…` parameters repeat what the plain ones say: one row serves both.
        if (_quantities.Count > 0 && _quantities[^1] is { Second: 0 } last && last.Row == _row && last.Value == value && last.Unit == number && last.First != parameter.Id)
        {
            _quantities[^1] = last with { Second = parameter.Id };
        }
        else
        {
            _quantities.Add((_row, parameter.Id, 0, value, number));
        }
    }

    /// <summary>What a link of the row tells already is not kept twice.</summary>
    /// <param name="context">What its labels were worked out with.</param>
    /// <param name="links">How many links there were before the row.</param>
    private void AddContext(ReadOnlySpan<LocalId> context, int links)
    {
        foreach (var target in context)
        {
            var isLink = false;
            for (var i = links; i < _links.Count && !isLink; i++)
            {
                isLink = _links[i].Target == target;
            }

            if (!isLink)
            {
                _context.Add((_row, target));
            }
        }
    }

    private int UnitNumber(ReadOnlySpan<byte> system, ReadOnlySpan<byte> code, ReadOnlySpan<byte> unit)
    {
        for (var i = 0; i < _units.Count; i++)
        {
            var (s, c, u) = _units[i];
            if (c.AsSpan().SequenceEqual(code) && u.AsSpan().SequenceEqual(unit) && s.AsSpan().SequenceEqual(system))
            {
                return i;
            }
        }

        _units.Add((system.ToArray(), code.ToArray(), unit.ToArray()));
        return _units.Count - 1;
    }

    private static bool TryReadLocal(ReadOnlySpan<byte> text, out LocalId local)
    {
        Span<char> chars = stackalloc char[LocalId.TextLength];
        Encoding.Latin1.GetChars(text, chars);
        return LocalId.TryParse(chars, out local);
    }

    private void Copy(CompartmentIndex.Columns from)
    {
        _local.AddRange(from.Local);
        _version.AddRange(from.Version);
        _type.AddRange(from.Type);
        _writing.AddRange(from.Writing);
        _writings.AddRange(from.Writings);
        _digest.AddRange(from.Digest);
        _origin.AddRange(from.Origin);
        _when.AddRange(from.When);
        _withdrawn.UnionWith(from.Withdrawn);
        _bodyStart.AddRange(from.BodyStart);
        for (var i = 0; i < from.WithParts.Length; i++)
        {
            _withParts.Add((from.WithParts[i], from.PartsRow[i]));
        }

        for (var i = 0; i < from.ContextRow.Length; i++)
        {
            _context.Add((from.ContextRow[i], from.ContextTarget[i]));
        }

        _units.AddRange(from.Units);
        for (var i = 0; i < from.DateRow.Length; i++)
        {
            _dates.Add((from.DateRow[i], from.DateParameter[i], from.DateLow[i], from.DateHigh[i]));
        }

        for (var i = 0; i < from.QuantityRow.Length; i++)
        {
            _quantities.Add((from.QuantityRow[i], from.QuantityParameter[i].First, from.QuantityParameter[i].Second, from.QuantityValue[i], from.QuantityUnit[i]));
        }

        for (var i = 0; i < from.LinkRow.Length; i++)
        {
            _links.Add((from.LinkRow[i], from.LinkParameter[i], from.LinkTarget[i]));
        }

        for (var i = 0; i < from.IdentifierRow.Length; i++)
        {
            _identifiers.Add((from.IdentifierRow[i], from.IdentifierValue[i], from.IdentifierSystem[i]));
        }

        for (var i = 0; i < from.CommentRow.Length; i++)
        {
            _comments.Add((from.CommentRow[i], from.CommentOn[i]));
        }

        _terms.Add(from.Terms);
    }
}
