// Writes the record of maya, the patient of the demo: dotnet run --project tools/Rapport.DemoRecord src/Rapport.Server/Demo/maya.json
using Rapport.DemoRecord;

if (args is not [var path])
{
    Console.Error.WriteLine("which file shall the record go to? give one path");
    return 2;
}

File.WriteAllText(path, MayaRecord.Create());
return 0;
