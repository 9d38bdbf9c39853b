namespace Rapport.Fhir;

/// <summary>Makes the summary of one resource by its <see cref="SummaryRule"/>.</summary>
internal sealed class Summarizer(Element resource, Func<string, Element?>? resolve)
{
    private const string Systolic = "8480-6";
    private const string Diastolic = "8462-4";

    public ResourceSummary Summarize()
    {
        var type = resource.TypeName;
        var rule = SummaryRule.For(type);
        var kind = KindOf(type, rule);
        var parts = type == "Observation" ? Parts() : [];
        var (when, whenElement) = When(rule.Dates);
        return new()
        {
            ResourceType = type,
            Title = (type == "FamilyMemberHistory" ? FamilyTitle() : First(rule.Titles, TitleOf)) ?? kind,
            Kind = kind,
            When = when,
            WhenElement = whenElement,
            Status = First(rule.Status, StatusOf),
            Value = BloodPressure(parts) ?? First(rule.Values, SummaryText.ValueOf),
            Interpretation = type == "Observation" ? InterpretationOf(resource) : null,
            Parts = [.. parts.Select(part => part.Part)],
        };
    }

    private string KindOf(string type, SummaryRule rule) => (type, First("category class type", CodesOf)?.ToLowerInvariant()) switch
    {
        ("Observation", "laboratory") => "Lab result",
        ("Observation", "vital-signs") => "Vital sign",
        ("Observation", "social-history") => "Social history",
        ("Observation", "survey") => "Questionnaire result",
        ("Observation", "imaging") => "Imaging result",
        ("Observation", "exam") => "Examination",
        ("Observation", "activity") => "Activity",
        ("Observation", "procedure" or "therapy") => "Treatment result",
        ("DiagnosticReport", "lab" or "laboratory") => "Lab report",
        ("DiagnosticReport", "rad" or "imaging") => "Imaging report",
        ("AllergyIntolerance", _) when First("type", CodesOf) == "intolerance" => "Intolerance",
        ("Encounter", _) => First("class", CodesOf) switch
        {
            "AMB" => "Outpatient visit",
            "EMER" => "Emergency visit",
            "IMP" or "ACUTE" or "NONAC" => "Hospital stay",
            "SS" => "Short stay",
            "HH" => "Home visit",
            "VR" => "Virtual visit",
            _ => rule.Kind,
        },
        _ => rule.Kind,
    };

    private string? FamilyTitle()
    {
        var relative = First("relationship name", SummaryText.TitleOf);
        var conditions = new List<string>();
        Each(resource, "condition.code", element =>
        {
            if (SummaryText.TitleOf(element) is { } condition)
            {
                conditions.Add(condition);
            }

            return null;
        });
        return conditions.Count == 0 ? relative : $"{relative ?? "Relative"}: {string.Join(", ", conditions)}";
    }

    private (DateRange? Range, string? Element) When(string paths)
    {
        DateRange? range = null;
        var element = First(paths, found =>
        {
            if (!SearchValueReader.TryRange(found, out var span))
            {
                return null;
            }

            range = span;
            return found.JsonName;
        });
        return (range, element);
    }

    private List<(string? Code, SummaryPart Part)> Parts()
    {
        var parts = new List<(string? Code, SummaryPart Part)>();
        Each(resource, "component", component =>
        {
            var title = Each(component, "code", SummaryText.MeasurementOf);
            if (title is not null)
            {
                var value = Each(component, "value", SummaryText.ValueOf);
                parts.Add((Each(component, "code.coding.code", code => code.GetString()), new(title, value, InterpretationOf(component))));
            }

            return null;
        });
        return parts;
    }

    /// <summary>The two pressures as people write them: <c>120/80 mmHg</c>; null when it is no blood pressure.</summary>
    private static string? BloodPressure(List<(string? Code, SummaryPart Part)> parts)
    {
        var systolic = parts.Find(part => part.Code == Systolic).Part?.Value?.Split(' ');
        var diastolic = parts.Find(part => part.Code == Diastolic).Part?.Value?.Split(' ');
        return systolic is [var high, ..] && diastolic is [var low, ..] ? string.Join(' ', [$"{high}/{low}", .. systolic[1..]]) : null;
    }

    private static string? InterpretationOf(Element element) => Each(element, "interpretation", SummaryText.InterpretationOf);

    private static string? StatusOf(Element element) => element.HasValue ? element.GetString() : CodesOf(element);

    private static string? CodesOf(Element element) =>
        element.HasValue ? element.GetString() : Each(element, "coding.code", code => code.GetString()) ?? Each(element, "code", code => code.GetString());

    /// <summary>A title from the element itself or, for a reference, from what it means.</summary>
    private string? TitleOf(Element element)
    {
        if (element.TypeName != "Reference")
        {
            return resource.TypeName is "Observation" or "DiagnosticReport" ? SummaryText.MeasurementOf(element) : SummaryText.TitleOf(element);
        }

        var display = Each(element, "display", SummaryText.TitleOf);
        if (display is not null || Each(element, "reference", reference => reference.GetString()) is not { } text)
        {
            return display;
        }

        var target = PathResolver.Find(resource, text) ?? resolve?.Invoke(text);
        return target is { } found ? FirstOf(found, SummaryRule.For(found.TypeName).Titles, SummaryText.TitleOf) : null;
    }

    private string? First(string paths, Func<Element, string?> read) => FirstOf(resource, paths, read);

    private static string? FirstOf(Element from, string paths, Func<Element, string?> read)
    {
        foreach (var path in paths.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (Each(from, path, read) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>Reads the elements at a path one by one until one gives something.</summary>
    private static string? Each(Element from, ReadOnlySpan<char> path, Func<Element, string?> read)
    {
        var dot = path.IndexOf('.');
        var name = dot < 0 ? path : path[..dot];
        foreach (var child in from.Children)
        {
            if (name.SequenceEqual(child.Name) && (dot < 0 ? read(child) : Each(child, path[(dot + 1)..], read)) is { } found)
            {
                return found;
            }
        }

        return null;
    }
}
