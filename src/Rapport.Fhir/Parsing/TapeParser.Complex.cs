using System.Text;

namespace Rapport.Fhir;

/// <summary>What can be said of an object only when it has been read.</summary>
internal ref partial struct TapeParser
{
    private static readonly NameId _codingName = Definitions.FindName("coding");
    private static readonly NameId _systemName = Definitions.FindName("system");
    private static readonly NameId _codeName = Definitions.FindName("code");
    private static readonly NameId _referenceName = Definitions.FindName("reference");
    private static readonly NameId _typeName = Definitions.FindName("type");
    private static readonly NameId _containedName = Definitions.FindName("contained");
    private static readonly NameId _idName = Definitions.FindName("id");
    private static readonly TypeId _codingType = Definitions.FindType("Coding");
    private static readonly TypeId _referenceType = Definitions.FindType("Reference");

    private void CheckComplex(int index, TypeDefinition type, int property, NodeFlags flags)
    {
        ref readonly var definition = ref Definitions.Property(property);
        if (type.Id == _referenceType)
        {
            CheckReference(index, in definition);
        }
        else if (definition.CodeSet != 0)
        {
            CheckCoded(index, type.Id == _codingType, Definitions.CodeSets(definition.CodeSet));
        }
        else if ((flags & NodeFlags.Resource) != 0 && definition.Name != _containedName)
        {
            CheckLocalReferences(index);
        }
    }

    /// <summary>A Coding or CodeableConcept with a required binding: one coding must be of the code set.</summary>
    private void CheckCoded(int index, bool isCoding, CodeSet set)
    {
        if (isCoding)
        {
            if (!IsOf(set, index))
            {
                Report("code-invalid", $"the coding is not of {set.Url}; use one of {set.Examples()}");
            }
            return;
        }
        for (var i = index + 1; i < _nodes[index].End; i = _nodes[i].End)
        {
            if (_nodes[i].Name == _codingName && IsOf(set, i))
            {
                return;
            }
        }
        // A concept that has nothing but extensions may say there why it is absent.
        if (HasChildOtherThanExtension(index))
        {
            Report("code-invalid", $"none of the codings is of {set.Url}; add one of {set.Examples()}");
        }
    }

    private readonly bool HasChildOtherThanExtension(int index)
    {
        for (var i = index + 1; i < _nodes[index].End; i = _nodes[i].End)
        {
            if (Definitions.NameOf(_nodes[i].Name) is not ("extension" or "id"))
            {
                return true;
            }
        }
        return false;
    }

    private readonly bool IsOf(CodeSet set, int coding)
    {
        int system = Child(coding, _systemName), code = Child(coding, _codeName);
        return system > 0 && code > 0 && set.Contains(TextOf(system), TextOf(code));
    }

    private void CheckReference(int index, in PropertyDefinition definition)
    {
        var targets = definition.Targets == 0 ? null : Definitions.TargetSets(definition.Targets);
        var reference = Child(index, _referenceName);
        if (reference > 0)
        {
            var text = TextOf(reference);
            if (text.Length > 0 && text[0] == '#')
            {
                (_localReferences ??= []).Add(index);
            }
            else if (!ReferenceText.TryGetType(text, out var type))
            {
                Report("value", $"{Quote(text)} is not a reference: write `Type/id` with a type of R4 and an id of up to 64 letters, digits, `-` "
                    + "and `.`, or else `#id`, a url or a urn", ".reference");
            }
            else if (type.Value != 0 && targets is not null && !targets.Allows(type))
            {
                Report("value", WrongTarget(text, type, targets), ".reference");
            }
        }
        var said = Child(index, _typeName);
        if (said > 0 && targets is not null
            && Definitions.FindResourceType(TextOf(said)) is { Value: not 0 } saidType && !targets.Allows(saidType))
        {
            Report("value", $"a reference to a {Definitions.TypeNameOf(saidType)} cannot stand here, only to these: {targets}", ".type");
        }
    }

    private static string WrongTarget(ReadOnlySpan<byte> text, TypeId type, TargetSet targets) =>
        $"{Quote(text)} refers to a {Definitions.TypeNameOf(type)}, but here only these can be referred to: {targets}";

    /// <summary>References such as <c>#x</c> name a resource that the same resource contains.</summary>
    private void CheckLocalReferences(int resource)
    {
        if (_localReferences is not { Count: > 0 })
        {
            return;
        }
        var contained = new Dictionary<string, TypeId>();
        for (var i = resource + 1; i < _nodes[resource].End; i = _nodes[i].End)
        {
            if (_nodes[i].Name == _containedName && Child(i, _idName) is > 0 and int id)
            {
                contained.TryAdd(Encoding.UTF8.GetString(TextOf(id)), _nodes[i].Type);
            }
        }
        foreach (var reference in _localReferences)
        {
            var text = TextOf(Child(reference, _referenceName));
            var id = Encoding.UTF8.GetString(text[1..]);
            var type = _nodes[resource].Type;
            if (id.Length > 0 && !contained.TryGetValue(id, out type))
            {
                Report(IssueSeverity.Error, "not-found", LocationIn(resource, reference) + ".reference",
                    $"no contained resource has the id {Quote(id)}; contain it or refer to it elsewhere");
            }
            else if (Definitions.Property(_nodes[reference].Property).Targets is not 0 and var number
                && Definitions.TargetSets(number) is var targets && !targets.Allows(type))
            {
                Report(IssueSeverity.Error, "value", LocationIn(resource, reference) + ".reference", WrongTarget(text, type, targets));
            }
        }
        _localReferences.Clear();
    }

    /// <summary>The location of something in the resource that has just been read.</summary>
    private readonly string LocationIn(int resource, int index) =>
        Location() + ElementLocation.Of(_nodes.AsSpan(0, _count), resource, index)[Definitions.TypeNameOf(_nodes[resource].Type).Length..];

    private readonly int Child(int parent, NameId name)
    {
        for (var i = parent + 1; i < _nodes[parent].End; i = _nodes[i].End)
        {
            if (_nodes[i].Name == name && (_nodes[i].Flags & NodeFlags.Companion) == 0)
            {
                return i;
            }
        }
        return -1;
    }

    private readonly ReadOnlySpan<byte> TextOf(int index)
    {
        ref var node = ref _nodes[index];
        if (node.Kind != NodeKind.String || node.Length < 2)
        {
            return [];
        }
        var text = _json.Slice(node.Start + 1, node.Length - 2);
        return (node.Flags & NodeFlags.Escaped) == 0 ? text : JsonText.Unescape(text);
    }
}
