namespace Rapport.Fhir;

/// <summary>
/// Primitives and what stands beside them (https://hl7.org/fhir/R4/json.html#primitive): <c>_name</c> holds the id and extensions of
/// <c>name</c>. When they repeat, both are arrays whose items belong together by position, with <c>null</c> where one of the two has nothing.
/// </summary>
internal ref partial struct TapeParser
{
    /// <summary>Joins the companions of an object that has just been read to their primitives, and hides the nulls that only hold a
    /// place.</summary>
    private void LinkCompanions(int parent)
    {
        for (var i = parent + 1; i < _count; i = _nodes[i].End)
        {
            if ((_nodes[i].Flags & NodeFlags.Companion) != 0 && StartsRun(i))
            {
                LinkRun(parent, i);
            }
        }
        var rank = 0;
        for (var i = parent + 1; i < _count; i = _nodes[i].End)
        {
            rank = StartsRun(i) ? 0 : rank + 1;
            if (_nodes[i].Kind == NodeKind.Null && (_nodes[i].Flags & (NodeFlags.HasCompanion | NodeFlags.Linked)) == 0)
            {
                _nodes[i].Flags |= NodeFlags.Linked;
                if (_check)
                {
                    Report("structure", "`null` only holds the place of a value beside which there are an id or extensions; leave it out",
                        $".{Definitions.JsonNameOf(_nodes[i].Property)}[{rank}]");
                }
            }
        }
    }

    /// <summary>Whether it is a single value or the first of an array; the other items follow it as its next siblings.</summary>
    private readonly bool StartsRun(int index) => (_nodes[index].Flags & (NodeFlags.InArray | NodeFlags.First)) != NodeFlags.InArray;

    /// <summary>Whether an array that was entered has another item here.</summary>
    private readonly bool Continues(int index) => index < _count && !StartsRun(index);

    /// <summary>Joins the companion that starts here and the items that follow it in its array.</summary>
    private void LinkRun(int parent, int companion)
    {
        var primitive = PrimitiveOf(parent, _nodes[companion].Property);
        if (primitive == _count)
        {
            CheckLonely(parent, companion);
            return;
        }
        do
        {
            _nodes[companion].Flags |= NodeFlags.Linked;
            if (_nodes[companion].Kind != NodeKind.Null && (_nodes[primitive].Flags & NodeFlags.HasCompanion) == 0)
            {
                _nodes[primitive].Flags |= NodeFlags.HasCompanion;
                (_companions ??= []).Add(((long)primitive << 32) | (uint)companion);
            }
            companion = _nodes[companion].End;
            primitive = _nodes[primitive].End;
        }
        while (Continues(companion) && Continues(primitive));
        if (_check && Continues(companion) != Continues(primitive))
        {
            var name = Definitions.JsonNameOf(_nodes[Continues(companion) ? companion : primitive].Property);
            Report(IssueSeverity.Warning, "structure", $"{Location()}.{name}",
                $"`{name}` and `_{name}` have different lengths; fill the shorter one with `null`");
        }
    }

    /// <summary>The first value of the property; the end of the tape when it has none.</summary>
    private readonly int PrimitiveOf(int parent, ushort property)
    {
        var i = parent + 1;
        while (i < _count && (_nodes[i].Property != property || (_nodes[i].Flags & NodeFlags.Companion) != 0))
        {
            i = _nodes[i].End;
        }
        return i;
    }

    /// <summary>A companion without its primitive stands for the element; there must not be another type of the same choice.</summary>
    private void CheckLonely(int parent, int companion)
    {
        ref readonly var definition = ref Definitions.Property(_nodes[companion].Property);
        for (var i = parent + 1; i < _count && (definition.Flags & PropertyFlags.Choice) != 0; i = _nodes[i].End)
        {
            if (_nodes[i].Property != _nodes[companion].Property && (_nodes[i].Flags & NodeFlags.Companion) == 0
                && Definitions.Property(_nodes[i].Property).Slot == definition.Slot)
            {
                var name = Definitions.NameOf(definition.JsonName);
                Report("structure", TwoTypes("_" + name, Definitions.JsonNameOf(_nodes[i].Property)), "." + name);
            }
        }
    }
}
