using System.Globalization;
using System.Text;

namespace Rapport.Fhir;

/// <summary>Why the value or modifier of a parameter cannot be used.</summary>
internal sealed record SearchProblem(string Code, string Text);

/// <summary>Parses the modifier and the values, separated by commas, of one parameter.</summary>
internal sealed class SearchValueParser(string resourceType, SearchParameter parameter, SearchOptions options)
{
    private static readonly string[] Prefixes = ["eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"];

    private SearchProblem? failure;

    public SearchCriterion? Parse(string? modifier, string value, out SearchProblem? problem)
    {
        var criterion = modifier == "missing" ? Missing(value) : Typed(modifier, value);
        problem = failure;
        return failure is null ? criterion : null;
    }

    private MissingCriterion? Missing(string value) => value switch
    {
        "true" => new(parameter, missing: true),
        "false" => new(parameter, missing: false),
        _ => Fail<MissingCriterion>("invalid", $"`:missing` must be `true` or `false`, not `{Shorten(value)}`"),
    };

    private SearchCriterion? Typed(string? modifier, string value)
    {
        var values = Split(value, ',');
        if (values.Count > options.MaxValues)
        {
            return Fail<SearchCriterion>("too-costly", $"more than {options.MaxValues} values for `{parameter.Code}`: ask for less at once");
        }

        switch (parameter.Type, modifier)
        {
            case (SearchParameterType.Token, null or "not"):
                return Of(values, Token, all => new TokenCriterion(parameter, [.. all.SelectMany(WithoutImpliedSystem)], modifier is not null));
            case (SearchParameterType.String, null or "exact" or "contains"):
                var match = modifier switch { null => StringMatch.Start, "exact" => StringMatch.Exact, _ => StringMatch.Contains };
                return Of(values, Text, all => new StringCriterion(parameter, all, match));
            case (SearchParameterType.Date, null):
                return Of(values, Date, all => new DateCriterion(parameter, all));
            case (SearchParameterType.Number, null):
                return Of(values, Number, all => new NumberCriterion(parameter, all));
            case (SearchParameterType.Quantity, null):
                return Of(values, Quantity, all => new QuantityCriterion(parameter, all));
            case (SearchParameterType.Uri, null or "below" or "above"):
                var path = modifier switch { null => UriMatch.Exact, "below" => UriMatch.Below, _ => UriMatch.Above };
                return Of(values, Text, all => new UriCriterion(parameter, all, path));
            case (SearchParameterType.Reference, null):
                return Of(values, v => Reference(v, null), all => new ReferenceCriterion(parameter, all));
            case (SearchParameterType.Reference, _) when parameter.MayTarget(modifier):
                return Of(values, v => Reference(v, modifier), all => new ReferenceCriterion(parameter, all));
            default:
                return Fail<SearchCriterion>("not-supported", $"`:{Shorten(modifier!)}` is not supported for `{parameter.Code}`: {Modifiers()}");
        }
    }

    private string Modifiers() => parameter.Type switch
    {
        SearchParameterType.Token => "use `:not` or `:missing`",
        SearchParameterType.String => "use `:exact`, `:contains` or `:missing`",
        SearchParameterType.Uri => "use `:below`, `:above` or `:missing`",
        SearchParameterType.Reference =>
            $"use `:missing` or one of the types it may refer to: {string.Join(", ", parameter.Targets.Take(10).Select(t => $"`:{t}`"))}",
        _ => "use `:missing`",
    };

    private TokenValue Token(string value)
    {
        var parts = Split(value, '|');
        switch (parts.Count)
        {
            case 1 when value.Length > 0:
                return new(null, Unescape(value));
            case 2 when value.Length > 1:
                return new(Unescape(parts[0]), parts[1].Length == 0 ? null : Unescape(parts[1]));
            default:
                return Fail<TokenValue>("invalid", $"`{Shorten(value)}` is not of the form `code`, `system|code`, `|code` or `system|`");
        }
    }

    /// <summary>A primitive code is stored without its system, which its element implies: naming that system finds it as well.</summary>
    private IEnumerable<TokenValue> WithoutImpliedSystem(TokenValue value) =>
        value is { System.Length: > 0, Code: not null } && ImpliedSystems.Imply(resourceType, parameter, value.System, value.Code)
            ? [value, new("", value.Code)]
            : [value];

    private string Text(string value) =>
        value.Length > 0 ? Unescape(value) : Fail<string>("invalid", $"`{parameter.Code}` has an empty value: give one or leave the comma out")!;

    private DateValue Date(string value)
    {
        var prefix = TakePrefix(ref value);

        // In a URL a plus sign that was not percent-encoded arrives as a blank.
        if (!DateRange.TryParse(value.Replace(' ', '+'), out var range))
        {
            return Fail<DateValue>(
                "invalid",
                $"`{Shorten(value)}` is no date: write `2024`, `2024-02`, `2024-02-29` or `2024-02-29T12:30:00Z`, with a prefix such as `ge` if you like");
        }

        if (prefix == SearchPrefix.Approximately && options.Now is { } now)
        {
            // A tenth of the distance to the present, as the specification recommends.
            var present = now.ToUnixTimeMilliseconds();
            var margin = Math.Max(Math.Abs(present - range.Low), Math.Abs(present - range.High)) / 10;
            range = new(range.Low - margin, range.High + margin);
        }

        return new(prefix, range);
    }

    private NumberValue Number(string value)
    {
        var prefix = TakePrefix(ref value);
        if (!SearchNumber.TryParse(value, out var number))
        {
            return Fail<NumberValue>("invalid", $"`{Shorten(value)}` is no number");
        }

        var half = prefix == SearchPrefix.Approximately ? Math.Abs(number) / 10 : HalfUnit(value);
        try
        {
            return new(prefix, number, number - half, number + half);
        }
        catch (OverflowException)
        {
            return Fail<NumberValue>("invalid", $"`{Shorten(value)}` is too large a number");
        }
    }

    /// <summary>Half of one unit in the last place that is written: 0.05 for <c>5.4</c>, 5 for <c>1e1</c>.</summary>
    private static decimal HalfUnit(string number)
    {
        var e = number.AsSpan().IndexOfAny('e', 'E');
        var exponent = e < 0 ? 0
            : int.TryParse(number.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var given)
                ? Math.Clamp(given, -1000, 1000)
                : -1000;
        var digits = e < 0 ? number.AsSpan() : number.AsSpan(0, e);
        var point = digits.IndexOf('.');
        var places = (point < 0 ? 0 : digits.Length - point - 1) - exponent;
        var half = 0.5m;
        for (var i = 0; i < Math.Min(Math.Abs(places), 28); i++)
        {
            half = places > 0 ? half / 10 : half * 10;
        }

        return half;
    }

    private QuantityValue Quantity(string value)
    {
        var parts = Split(value, '|');
        if (parts.Count > 3)
        {
            return Fail<QuantityValue>("invalid", $"`{Shorten(value)}` is not of the form `number`, `number|system|code` or `number||unit`");
        }

        var number = Number(parts[0]);
        var system = parts.Count > 1 && parts[1].Length > 0 ? Unescape(parts[1]) : null;
        var unit = parts.Count > 2 && parts[2].Length > 0 ? Unescape(parts[2]) : null;
        return new(number, system, unit);
    }

    private ReferenceValue Reference(string value, string? type)
    {
        var text = Unescape(value);
        if (options.BaseUrl is { } serverBase && text.StartsWith(serverBase, StringComparison.Ordinal))
        {
            text = text[serverBase.Length..].TrimStart('/');
        }

        var colon = text.IndexOf(':');
        var slash = text.IndexOf('/');
        if (text.Length == 0 || (slash >= 0 && text.Split('/').Contains("") && colon < 0))
        {
            return Fail<ReferenceValue>("invalid", $"`{Shorten(value)}` is no reference: write `id`, `Type/id` or a whole URL");
        }

        if (colon >= 0)
        {
            return new(type, null, text);
        }

        if (slash < 0)
        {
            return new(type, text, null);
        }

        var named = text[..slash];
        if (type is not null && type != named)
        {
            return Fail<ReferenceValue>("invalid", $"`{Shorten(value)}` is not a reference to `{type}`");
        }

        var id = text[(slash + 1)..];
        return id.Contains('/', StringComparison.Ordinal) ? new(type, null, text) : new(named, id, null);
    }

    private static SearchPrefix TakePrefix(ref string value)
    {
        if (value.Length > 2 && Array.IndexOf(Prefixes, value[..2]) is >= 0 and var index)
        {
            value = value[2..];
            return (SearchPrefix)index;
        }

        return SearchPrefix.Equal;
    }

    /// <summary>Parses every value and, if all are good, makes the criterion.</summary>
    private SearchCriterion? Of<T>(List<string> values, Func<string, T> parse, Func<List<T>, SearchCriterion> make)
    {
        var parsed = values.ConvertAll(value => parse(value));
        return failure is null ? make(parsed) : null;
    }

    private T? Fail<T>(string code, string text)
    {
        failure ??= new(code, text);
        return default;
    }

    /// <summary>Cuts at a separator that no backslash precedes; the escapes stay (FHIR R4, Search, 3.1.1.4.3).</summary>
    private static List<string> Split(string value, char separator)
    {
        var parts = new List<string>();
        var start = 0;
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] == '\\')
            {
                i++;
            }
            else if (value[i] == separator)
            {
                parts.Add(value[start..i]);
                start = i + 1;
            }
        }

        parts.Add(value[start..]);
        return parts;
    }

    private static string Unescape(string value)
    {
        if (!value.Contains('\\', StringComparison.Ordinal))
        {
            return value;
        }

        var result = new StringBuilder(value.Length);
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] == '\\' && i + 1 < value.Length && value[i + 1] is ',' or '|' or '$' or '\\')
            {
                i++;
            }

            result.Append(value[i]);
        }

        return result.ToString();
    }

    private static string Shorten(string text) => ErrorText.Shorten(text);
}
