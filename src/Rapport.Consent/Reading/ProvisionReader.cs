using Rapport.Fhir;

namespace Rapport.Consent;

/// <summary>Reads provisions. Each part that cannot be evaluated becomes an unknown condition and a problem.</summary>
internal sealed class ProvisionReader(List<string> problems)
{
    /// <summary>How deep exceptions may be nested. What lies deeper is not read and denies what the rule around it would permit.</summary>
    public const int MaxDepth = 24;

    /// <summary>How many provisions of one consent are read.</summary>
    public const int MaxRules = 1000;

    private int _rules;

    public Rule ReadRoot(Element provision, out bool hasType)
    {
        hasType = provision.Text("type") is "permit" or "deny";
        if (!hasType && provision.Has("type"))
        {
            problems.Add($"`{provision.Location}.type` is neither `permit` nor `deny`: read as if it were not there");
        }

        return Read(provision, depth: 1, hasType ? KindOf(provision) : RuleKind.Scope);
    }

    /// <summary>A rule that something not understood may change: it permits nothing, and each of its own conditions might be met.</summary>
    public static Rule Modified(Rule rule) => rule with
    {
        Uncertain = true,
        Recipients = Unknown(rule.Recipients),
        Authors = Unknown(rule.Authors),
        Purposes = Unknown(rule.Purposes),
        Actions = Unknown(rule.Actions),
        Labels = Unknown(rule.Labels),
        Classes = Unknown(rule.Classes),
        Codes = Unknown(rule.Codes),
        DataPeriod = rule.DataPeriod is null ? null : new Period(DateRange.All, IsUnknown: true),
        Data = Unknown(rule.Data),
    };

    private static Condition<T>? Unknown<T>(Condition<T>? condition) => condition is null ? null : Condition<T>.Unknown;

    private static RuleKind KindOf(Element provision) => provision.Text("type") == "permit" ? RuleKind.Permit : RuleKind.Deny;

    private Rule Read(Element provision, int depth, RuleKind kind)
    {
        _rules++;
        var rule = new Rule
        {
            Kind = kind,
            Location = provision.Location,
            Validity = ReadPeriod(provision, "period", openIsUnknown: false),
            Recipients = ReadActors(provision, custodians: false),
            Authors = ReadActors(provision, custodians: true),
            Purposes = ReadList<string>(provision, "purpose", ReadPurpose),
            Actions = ReadList<string>(provision, "action", ReadAction),
            Labels = ReadList<SystemCode>(provision, "securityLabel", ReadLabel),
            Classes = ReadList<SystemCode>(provision, "class", ReadClass),
            Codes = ReadList<SystemCode>(provision, "code", ReadCode),
            DataPeriod = ReadPeriod(provision, "dataPeriod", openIsUnknown: true),
            Data = ReadList<DataReference>(provision, "data", ReadData),
            Rules = ReadExceptions(provision, depth),
        };
        if (provision.Has("modifierExtension"))
        {
            problems.Add($"`{provision.Location}.modifierExtension` may change what this rule means in a way not known here: it permits nothing, and denies all that it might deny");
            rule = Modified(rule);
        }

        return rule;
    }

    private Rule[] ReadExceptions(Element provision, int depth)
    {
        var exceptions = provision.All("provision");
        if (exceptions.Count == 0)
        {
            return [];
        }

        if (depth == MaxDepth || _rules + exceptions.Count > MaxRules)
        {
            var limit = depth == MaxDepth ? $"nested more than {MaxDepth} deep" : $"more than {MaxRules} rules";
            problems.Add($"`{provision.Location}.provision` is not read ({limit}): it denies what the rule around it would permit");
            return [new Rule { Kind = RuleKind.Deny, Location = provision.Location + ".provision", Uncertain = true }];
        }

        var rules = new Rule[exceptions.Count];
        for (var i = 0; i < rules.Length; i++)
        {
            if (exceptions[i].Text("type") is not ("permit" or "deny"))
            {
                problems.Add($"`{exceptions[i].Location}` is neither of type `permit` nor `deny`: it denies");
            }

            rules[i] = Read(exceptions[i], depth + 1, KindOf(exceptions[i]));
        }

        return rules;
    }

    private delegate void ReadElement<T>(Element element, List<T> values, out string? problem);

    /// <summary>Reads a list; <see langword="null"/> when it is not there at all.</summary>
    private Condition<T>? ReadList<T>(Element provision, string name, ReadElement<T> read)
    {
        var elements = provision.All(name);
        if (elements.Count == 0)
        {
            return null;
        }

        var values = new List<T>(elements.Count);
        var unknown = false;
        foreach (var element in elements)
        {
            string? problem = null;
            if (element.Has("modifierExtension"))
            {
                problem = "has a modifierExtension not known here";
            }
            else
            {
                read(element, values, out problem);
            }

            if (problem is not null)
            {
                unknown = true;
                problems.Add($"`{element.Location}` {problem}: nothing is permitted by it, and what is denied by it is denied whatever it may be");
            }
        }

        return new(values, unknown);
    }

    private Period? ReadPeriod(Element provision, string name, bool openIsUnknown)
    {
        if (!provision.TryGetChild(name, out var element))
        {
            return null;
        }

        var period = element.Period();
        if (openIsUnknown && period.Range == DateRange.All)
        {
            period = period with { IsUnknown = true };
        }

        if (period.IsUnknown)
        {
            problems.Add($"`{element.Location}` is not a period: nothing is permitted by it, and what is denied by it is denied at any time");
        }

        return period;
    }

    /// <summary>
    /// Actors are those who receive, except custodians and authors: they are where the data comes from, and so are a condition of their own beside the
    /// recipients. A group is someone only for recipients known to belong to it: a mismatch is not certain.
    /// </summary>
    private Condition<string>? ReadActors(Element provision, bool custodians)
    {
        var actors = provision.All("actor").FindAll(actor => IsSource(actor) == custodians);
        if (actors.Count == 0)
        {
            return null;
        }

        var references = new List<string>(actors.Count);
        var unknown = false;
        foreach (var actor in actors)
        {
            var reference = actor.TryGetChild("reference", out var element) ? element.ReferenceText() : null;
            var problem = actor.Has("modifierExtension") ? "has a modifierExtension not known here"
                : reference is null ? "does not name its actor by a reference that can be followed"
                : reference.StartsWith("Group/", StringComparison.Ordinal) ? $"is the group `{reference}`: who belongs to it is not known here"
                : null;
            if (problem is not null)
            {
                unknown = true;
                problems.Add($"`{actor.Location}` {problem}: it permits only to those known to be meant, and denies to everyone who may be");
            }

            if (reference is not null && !actor.Has("modifierExtension"))
            {
                references.Add(reference);
            }
        }

        return new(references, unknown);
    }

    private static bool IsSource(Element actor) =>
        actor.TryGetChild("role", out var role)
        && role.Codes().Exists(static code => code.System == CodeSystems.ParticipationType && code.Code is "CST" or "AUT");

    private static void ReadPurpose(Element coding, List<string> purposes, out string? problem)
    {
        problem = null;
        if (coding.Code() is not { } code)
        {
            problem = "has no code";
        }
        else if (code.System == CodeSystems.ActReason && !PurposeOfUse.IsKnown(code.Code))
        {
            problem = $"is `{code.Code}`, which is not one of HL7's purposes of use";
        }
        else
        {
            purposes.Add(PurposeOfUse.Normalize(code.System, code.Code));
        }
    }

    private static void ReadAction(Element concept, List<string> actions, out string? problem)
    {
        problem = null;
        var found = concept.Codes().Find(static code => code.System == CodeSystems.ConsentAction
            && code.Code is ConsentAction.Access or ConsentAction.Disclose or ConsentAction.Collect or ConsentAction.Use or ConsentAction.Correct);
        if (found == default)
        {
            problem = "is not one of HL7's consent actions";
            return;
        }

        actions.Add(found.Code);
    }

    private static void ReadLabel(Element coding, List<SystemCode> labels, out string? problem)
    {
        problem = null;
        if (coding.Code() is { } code)
        {
            labels.Add(SecurityLabels.Normalize(code.System, code.Code));
        }
        else
        {
            problem = "has no code";
        }
    }

    private static void ReadClass(Element coding, List<SystemCode> classes, out string? problem)
    {
        problem = null;
        if (coding.Code() is not { } code)
        {
            problem = "has no code";
        }
        else if (code.System == CodeSystems.Loinc || (code.System == CodeSystems.ResourceTypes && IsResourceType(code.Code)))
        {
            classes.Add(code);
        }
        else
        {
            problem = $"is `{code}`, by which data is not told apart here: classes are resource types or LOINC document types";
        }
    }

    private static bool IsResourceType(string name) => SearchParameters.Find(name, "_id") is not null;

    private static void ReadCode(Element concept, List<SystemCode> codes, out string? problem)
    {
        var found = concept.Codes().FindAll(static code => code.System.Length > 0);
        codes.AddRange(found);
        problem = found.Count == 0 ? "has no code with a system" : null;
    }

    private static void ReadData(Element data, List<DataReference> references, out string? problem)
    {
        problem = null;
        DataMeaning? meaning = data.Text("meaning") switch
        {
            "instance" => DataMeaning.Instance,
            "related" => DataMeaning.Related,
            "dependents" => DataMeaning.Dependents,
            "authoredby" => DataMeaning.AuthoredBy,
            _ => null,
        };
        if (meaning is null)
        {
            problem = "does not say how the data is meant: instance, related, dependents or authoredby";
        }
        else if (!data.TryGetChild("reference", out var reference) || reference.ReferenceText() is not { } text)
        {
            problem = "does not name its data by a reference that can be followed";
        }
        else
        {
            references.Add(new(meaning.Value, text));
        }
    }
}
