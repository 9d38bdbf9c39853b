using System.Net;
using System.Reflection;
using System.Reflection.Emit;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components.Rendering;

namespace Rapport.Architecture.Tests;

/// <summary>
/// The words that a page says by itself, and not out of a text file: read out of what the Razor compiler made of it, where every piece of markup is a literal that is handed to the
/// <see cref="RenderTreeBuilder"/>.
/// </summary>
internal static class PageWords
{
    private const BindingFlags Everything = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>Attributes that people read, or have read out.</summary>
    private static readonly HashSet<string> ReadAttributes = ["title", "alt", "placeholder", "label", "aria-label", "aria-description", "aria-roledescription", "aria-valuetext"];

    /// <summary>How parameters of components are called that people read, such as <c>Title</c> or <c>EmptyText</c>.</summary>
    private static readonly string[] ReadParameters = ["Title", "Text", "Label", "Caption", "Hint", "Heading", "Empty", "Cancel", "Problem"];

    private static readonly Dictionary<short, OpCode> Codes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    private static readonly Regex Tag = new("<[^>]*>", RegexOptions.NonBacktracking);

    private static readonly Regex Attribute = new("""\s(?<name>[a-z-]+)="(?<value>[^"]*)"?""", RegexOptions.NonBacktracking);

    /// <summary>What a component says by itself, each piece once.</summary>
    public static IEnumerable<string> Of(Type component) =>
        from type in Family(component)
        from method in type.GetMethods(Everything)
        where method.GetParameters().Any(parameter => parameter.ParameterType == typeof(RenderTreeBuilder))
        from said in Of(method)
        let words = WebUtility.HtmlDecode(Tag.Replace(said, " ")).Trim()
        where words.Any(char.IsLetter)
        select words;

    /// <summary>A component, and the classes that the compiler made for what stands between its tags.</summary>
    private static IEnumerable<Type> Family(Type type) => type.GetNestedTypes(Everything).SelectMany(Family).Prepend(type);

    private static IEnumerable<string> Of(MethodInfo method)
    {
        // What was said since the builder was called last: of one call, its name first and its value last.
        var said = new List<string>();
        foreach (var (code, operand) in Instructions(method))
        {
            if (code == OpCodes.Ldstr)
            {
                said.Add(method.Module.ResolveString(operand));
            }
            else if (code.OperandType == OperandType.InlineMethod && Called(method, operand) is { } call && call.DeclaringType == typeof(RenderTreeBuilder))
            {
                foreach (var words in In(call.Name, said))
                {
                    yield return words;
                }

                said.Clear();
            }
        }
    }

    private static IEnumerable<string> In(string call, List<string> said) => (call, said) switch
    {
        (nameof(RenderTreeBuilder.AddMarkupContent), [.., var markup]) => [markup, .. Attribute.Matches(markup).Where(IsRead).Select(match => match.Groups["value"].Value)],
        (nameof(RenderTreeBuilder.AddContent), _) => [string.Join(" ", said)],
        (nameof(RenderTreeBuilder.AddAttribute), [var name, .. { Count: > 0 } values]) when ReadAttributes.Contains(name) => values,
        (nameof(RenderTreeBuilder.AddComponentParameter), [var name, .. { Count: > 0 } values]) when ReadParameters.Any(read => name.EndsWith(read, StringComparison.Ordinal)) => values,
        _ => [],
    };

    private static bool IsRead(Match attribute) => ReadAttributes.Contains(attribute.Groups["name"].Value);

    private static MethodBase? Called(MethodInfo method, int token) =>
        method.Module.ResolveMethod(token, method.DeclaringType!.GetGenericArguments(), method.GetGenericArguments());

    private static IEnumerable<(OpCode Code, int Operand)> Instructions(MethodInfo method)
    {
        var il = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (var at = 0; at < il.Length;)
        {
            var value = il[at] == 0xFE ? (short)(0xFE00 | il[at + 1]) : il[at];
            var code = Codes[value];
            at += code.Size;
            var size = code.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(il, at)),
                _ => 4,
            };
            yield return (code, size >= 4 ? BitConverter.ToInt32(il, at) : 0);
            at += size;
        }
    }
}
