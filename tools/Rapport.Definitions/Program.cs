using System.Runtime.CompilerServices;
using Rapport.DefinitionsTool;

var check = args is ["--check", _];
if (!check && args is not [_] || args[^1].StartsWith('-'))
{
    Console.Error.WriteLine("usage: Rapport.Definitions [--check] FOLDER   (the folder that holds profiles-resources.json; see README.md)");
    return 2;
}

DefinitionSource source = DefinitionSource.Load(args[^1]);
byte[] compiled = new DefinitionsWriter(source).Write();
string target = Target();
if (check)
{
    var same = File.Exists(target) && File.ReadAllBytes(target).AsSpan().SequenceEqual(compiled);
    Console.WriteLine(same ? $"{target} is what the definitions compile to" : $"{target} differs from what the definitions compile to");
    return same ? 0 : 1;
}
File.WriteAllBytes(target, compiled);
Console.WriteLine($"{target}: {source.Types.Count} types, {source.SearchParameters.Count} search parameters, {compiled.Length:N0} bytes");
return 0;

static string Target([CallerFilePath] string here = "") =>
    Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../src/Rapport.Fhir/Definitions/r4.definitions.bin"));
