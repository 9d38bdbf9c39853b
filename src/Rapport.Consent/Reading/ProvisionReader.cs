using Rapport.Consent.Reading;
using Rapport.Fhir;

namespace Rapport.Consent;

/// <summary>Reads provisions. Each part that cannot be evaluated becomes an unknown condition and a problem.</summary>
internal sealed class ProvisionReader(List<Message> problems)
{
    /// <summary>How deep exceptions may be nested. What lies deeper is not read and denies what the rule around it would permit.</summary>
    public const int MaxDepth = 24;

    /// <summary>How many provisions of one consent are read.</summary>
    public const int MaxRules = 1000;

    private static readonly Message Modifier = new(static () => ReadingText.Modified);
    private static readonly Message NoCode = new(static () => ReadingText.NoCode);

    private int _rules;

    public Rule ReadRoot(Element provision, out bool hasType)
    {
        hasType = provision.Text("type") is "permit" or "deny";
        if (!hasType && provision.Has("type"))
        {
            problems.Add(new Message(static () => ReadingText.UnknownRootType, provision.Location));
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
            problems.Add(new Message(static () => ReadingText.ModifiedRule, provision.Location));
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
            problems.Add(depth == MaxDepth
                ? new Message(static () => ReadingText.TooDeep, provision.Location, MaxDepth)
                : new Message(static () => ReadingText.TooManyRules, provision.Location, MaxRules));
            return [new Rule { Kind = RuleKind.Deny, Location = provision.Location + ".provision", Uncertain = true }];
        }

        var rules = new Rule[exceptions.Count];
        for (var i = 0; i < rules.Length; i++)
        {
            if (exceptions[i].Text("type") is not ("permit" or "deny"))
            {
                problems.Add(new Message(static () => ReadingText.UnknownType, exceptions[i].Location));
            }

            rules[i] = Read(exceptions[i], depth + 1, KindOf(exceptions[i]));
        }

        return rules;
    }

    private delegate void ReadElement<T>(Element element, List<T> values, out Message? problem);

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
            Message? problem = null;
            if (element.Has("modifierExtension"))
            {
                problem = Modifier;
            }
            else
            {
                read(element, values, out problem);
            }

            if (problem is not null)
            {
                unknown = true;
                problems.Add(new Message(static () => ReadingText.NotUnderstood, element.Location, problem));
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
            problems.Add(new Message(static () => ReadingText.NotAPeriod, element.Location));
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
            var problem = actor.Has("modifierExtension") ? Modifier
                : reference is null ? new Message(static () => ReadingText.NoActor)
                : reference.StartsWith("Group/", StringComparison.Ordinal) ? new Message(static () => ReadingText.IsGroup, reference)
                : null;
            if (problem is not null)
            {
                unknown = true;
                problems.Add(new Message(static () => ReadingText.UnknownActor, actor.Location, problem));
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

    private static void ReadPurpose(Element coding, List<string> purposes, out Message? problem)
    {
        problem = null;
        if (coding.Code() is not { } code)
        {
            problem = NoCode;
        }
        else if (code.System == CodeSystems.ActReason && !PurposeOfUse.IsKnown(code.Code))
        {
            problem = new Message(static () => ReadingText.UnknownPurpose, code.Code);
        }
        else
        {
            purposes.Add(PurposeOfUse.Normalize(code.System, code.Code));
        }
    }

    private static void ReadAction(Element concept, List<string> actions, out Message? problem)
    {
        problem = null;
        var found = concept.Codes().Find(static code => code switch
        {
            { System: CodeSystems.ConsentAction } => code.Code is ConsentAction.Access or ConsentAction.Disclose or ConsentAction.Collect or ConsentAction.Use or ConsentAction.Correct,
            { System: ConsentAction.OwnSystem } => code.Code is ConsentAction.ShareOnCode or ConsentAction.CommentCode or ConsentAction.ConverseCode,
            _ => false,
        });
        if (found == default)
        {
            problem = new Message(static () => ReadingText.UnknownAction);
            return;
        }

        actions.Add(found.System == ConsentAction.OwnSystem ? found.ToString() : found.Code);
    }

    private static void ReadLabel(Element coding, List<SystemCode> labels, out Message? problem)
    {
        problem = null;
        if (coding.Code() is { } code)
        {
            labels.Add(SecurityLabels.Normalize(code.System, code.Code));
        }
        else
        {
            problem = NoCode;
        }
    }

    private static void ReadClass(Element coding, List<SystemCode> classes, out Message? problem)
    {
        problem = null;
        if (coding.Code() is not { } code)
        {
            problem = NoCode;
        }
        else if (code.System == CodeSystems.Loinc || (code.System == CodeSystems.ResourceTypes && IsResourceType(code.Code)))
        {
            classes.Add(code);
        }
        else
        {
            problem = new Message(static () => ReadingText.UnknownClass, code);
        }
    }

    private static bool IsResourceType(string name) => SearchParameters.Find(name, "_id") is not null;

    private static void ReadCode(Element concept, List<SystemCode> codes, out Message? problem)
    {
        var found = concept.Codes().FindAll(static code => code.System.Length > 0);
        codes.AddRange(found);
        problem = found.Count == 0 ? new Message(static () => ReadingText.NoSystem) : null;
    }

    private static void ReadData(Element data, List<DataReference> references, out Message? problem)
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
            problem = new Message(static () => ReadingText.UnknownMeaning);
        }
        else if (!data.TryGetChild("reference", out var reference) || reference.ReferenceText() is not { } text)
        {
            problem = new Message(static () => ReadingText.NoData);
        }
        else
        {
            references.Add(new(meaning.Value, text));
        }
    }
}
