using System.Text;

namespace Rapport.DefinitionsTool;

/// <summary>Writes the compiled file; its format is described on <c>DefinitionsFile</c> in Rapport.Fhir. The same input gives the same bytes.</summary>
internal sealed class DefinitionsWriter
{
    private readonly DefinitionSource _source;
    private readonly List<byte> _output = [];
    private readonly List<string> _strings;
    private readonly Dictionary<string, int> _stringIds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _typeIds = new(StringComparer.Ordinal);

    // Number 0 is kept for "none" in every table.
    private readonly List<CodeSetModel> _codeSets = [];
    private readonly Dictionary<string, int> _codeSetIds = new(StringComparer.Ordinal);
    private readonly List<IReadOnlyList<string>> _targetSets = [];
    private readonly Dictionary<string, int> _targetSetIds = new(StringComparer.Ordinal);

    public DefinitionsWriter(DefinitionSource source)
    {
        _source = source;
        foreach (var name in source.Types.Keys)
        {
            _typeIds.Add(name, _typeIds.Count + 1);
        }
        foreach (var property in source.Types.Values.SelectMany(t => t.Elements).SelectMany(e => e.Properties))
        {
            if (property.CodeSet is { } set && _codeSetIds.TryAdd(set.Url, _codeSets.Count + 1))
            {
                _codeSets.Add(set);
            }
            if (property.Targets.Count > 0 && _targetSetIds.TryAdd(string.Join(' ', property.Targets), _targetSets.Count + 1))
            {
                _targetSets.Add(property.Targets);
            }
        }
        _strings = [.. new SortedSet<string>(AllStrings(), StringComparer.Ordinal)];
        for (var i = 0; i < _strings.Count; i++)
        {
            _stringIds.Add(_strings[i], i + 1);
        }
    }

    public byte[] Write()
    {
        _output.AddRange("RPR4"u8);
        Number(1);
        Table(_strings, Bytes);
        Table(_targetSets, set => Table(set, type => Number(_typeIds[type])));
        Table(_codeSets, set =>
        {
            Id(set.Url);
            Table(set.Systems, system =>
            {
                Id(system.System);
                Table(system.Codes, Id);
            });
        });
        Table([.. _source.Types.Values], Type);
        Table(_source.SearchParameters, SearchParameter);
        Table([.. _source.PatientCompartment], entry =>
        {
            Number(_typeIds[entry.Key]);
            Table(entry.Value, Id);
        });
        return [.. _output];
    }

    private void Type(TypeModel type)
    {
        Id(type.Name);
        Id(type.FhirName);
        Number(type.Base.Length == 0 ? 0 : _typeIds[type.Base]);
        Number((int)type.Kind | (type.IsAbstract ? 4 : 0));
        Table(type.Elements, element =>
        {
            Id(element.Name);
            Number((element.IsRequired ? 1 : 0) | (element.IsArray ? 2 : 0));
            Table(element.Properties, property =>
            {
                Id(property.JsonName);
                Number(_typeIds[property.Type]);
                Number(property.CodeSet is null ? 0 : _codeSetIds[property.CodeSet.Url]);
                Number(property.Targets.Count == 0 ? 0 : _targetSetIds[string.Join(' ', property.Targets)]);
            });
        });
    }

    private void SearchParameter(SearchParameterModel parameter)
    {
        Id(parameter.Url);
        Id(parameter.Code);
        Id(parameter.Type);
        Id(parameter.Expression);
        Table(parameter.Bases, type => Number(_typeIds[type]));
        Table(parameter.Targets, type => Number(_typeIds[type]));
        Table(parameter.Components, component =>
        {
            Id(component.Definition);
            Id(component.Expression);
        });
    }

    private IEnumerable<string> AllStrings()
    {
        foreach (var type in _source.Types.Values)
        {
            yield return type.Name;
            foreach (var element in type.Elements)
            {
                yield return element.Name;
                foreach (var property in element.Properties)
                {
                    yield return property.JsonName;
                }
            }
        }
        foreach (var set in _codeSets)
        {
            yield return set.Url;
            foreach ((string system, IReadOnlyList<string> codes) in set.Systems)
            {
                yield return system;
                foreach (var code in codes)
                {
                    yield return code;
                }
            }
        }
        foreach (var parameter in _source.SearchParameters)
        {
            yield return parameter.Url;
            yield return parameter.Code;
            yield return parameter.Type;
            yield return parameter.Expression;
            foreach ((string definition, string expression) in parameter.Components)
            {
                yield return definition;
                yield return expression;
            }
        }
        foreach (var code in _source.PatientCompartment.Values.SelectMany(codes => codes))
        {
            yield return code;
        }
    }

    private void Table<T>(IReadOnlyList<T> items, Action<T> write)
    {
        Number(items.Count);
        foreach (T item in items)
        {
            write(item);
        }
    }

    private void Id(string text) => Number(_stringIds[text]);

    private void Bytes(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        Number(utf8.Length);
        _output.AddRange(utf8);
    }

    /// <summary>Seven bits a byte, low bits first, the high bit set on all but the last.</summary>
    private void Number(int value)
    {
        for (; value >= 128; value >>= 7)
        {
            _output.Add((byte)(value | 128));
        }
        _output.Add((byte)value);
    }
}
