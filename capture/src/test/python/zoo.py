"""Archives of known architectures with random weights, in the form that oracle.py describes.

Usage: PYTHONHASHSEED=0 python zoo.py FOLDER [--debug] [NAME...]
Needs torch, torchvision and timm, and some 5 GB for all of them. Batch norms get random statistics
and zero parameters random values, so that no layer is idle; seeds are fixed. The second batch is
longer than the first, except for models whose trace keeps the batch's length.
"""
import inspect
import multiprocessing
import pathlib
import sys
import zlib
from typing import Dict, List

import timm
import torch
import torchvision.models as tv
from torch import Tensor, nn

import oracle
from networks import Bert, Tagger, Unet

ZOO = {}


def add(name, build, *shape, **options):
  def batches(argument, sizes):
    return [{argument: torch.randn(n, *shape)} for n in sizes]
  ZOO[name] = build, batches, options


def add_torchvision(name, side=64, scripted=True, **settings):
  add(name, lambda: tv.get_model(name, weights=None, **settings), 3, side, side, scripted=scripted)


def add_timm(name, side=64, scripted=True, **settings):
  add("timm_" + name.split(".")[0],
      lambda: timm.create_model(name, pretrained=False, scriptable=True, **settings),
      3, side, side, scripted=scripted)


def add_tokens(name, build, words, length):
  """Models of text; those that have a mask hide the ends of sentences."""
  def batches(argument, sizes):
    found = [{argument: torch.randint(1, words, (n, length))} for n in sizes]
    if argument == "input_ids":
      for batch, n in zip(found, sizes):
        lengths = torch.randint(5, length + 1, (n, 1))
        batch["attention_mask"] = (torch.arange(length) < lengths).long()
        batch["token_type_ids"] = torch.randint(0, 2, (n, length))
    return found
  ZOO[name] = build, batches, {}


class Detector(nn.Module):
  """torchvision's detectors return other things scripted than they do otherwise."""

  def __init__(self, model):
    super().__init__()
    self.model = model

  def forward(self, xs: List[Tensor]) -> List[Dict[str, Tensor]]:
    if torch.jit.is_scripting():
      return self.model(xs)[1]
    return self.model(xs)


def add_detector(name, **settings):
  def batches(argument, sizes):
    return [{argument: [torch.rand(3, 96, 80), torch.rand(3, 64, 72)]},
            {argument: [torch.rand(3, 80, 80), torch.rand(3, 96, 64)]}]
  settings |= {"weights": None, "weights_backbone": None}
  ZOO[name] = (lambda: Detector(tv.get_model(name, **settings)), batches,
               {"traced": False, "needs": "torchvision's operators"})


for name in ("resnet18", "mobilenet_v2", "mobilenet_v3_small", "efficientnet_b0", "densenet121",
             "squeezenet1_1", "shufflenet_v2_x0_5", "regnet_y_400mf", "mnasnet0_5", "alexnet",
             "resnext50_32x4d", "efficientnet_v2_s"):
  add_torchvision(name)
add_torchvision("resnet50", 224)
add_torchvision("vgg11_bn", scripted=False)
add_torchvision("googlenet", aux_logits=False, init_weights=False)
add_torchvision("inception_v3", 75, aux_logits=False, init_weights=False)
add_torchvision("convnext_tiny")
add_torchvision("swin_t")
add_torchvision("swin_v2_t")
add_torchvision("maxvit_t", 224)
add("vit", lambda: tv.VisionTransformer(64, 16, 4, 4, 192, 768), 3, 64, 64)
for name in ("fcn_resnet50", "deeplabv3_resnet50", "deeplabv3_mobilenet_v3_large",
             "lraspp_mobilenet_v3_large"):
  add_torchvision(name, weights_backbone=None, num_classes=5)
add_detector("ssdlite320_mobilenet_v3_large", score_thresh=0.001, detections_per_img=20)
add_detector("fasterrcnn_mobilenet_v3_large_320_fpn", box_score_thresh=0.001,
             box_detections_per_img=20, num_classes=5)
add_detector("fcos_resnet50_fpn", num_classes=5, detections_per_img=20, min_size=96, max_size=128)
add("unet", lambda: Unet(3, 16, 4), 3, 50, 38)
add_tokens("bert", lambda: Bert(3000, 192, 4, 4, 64), 3000, 24)
add_tokens("lstm_tagger", lambda: Tagger(2000, 64, 64, 12, layers=2), 2000, 20)
add("mc3_18", lambda: tv.get_model("mc3_18", weights=None), 3, 4, 48, 48)

for name in ("resnet26d", "convnext_atto", "efficientnet_lite0", "ghostnet_100", "hrnet_w18_small",
             "repvgg_a0", "regnetx_002", "res2net50d", "resnest14d", "skresnet18", "dla34",
             "ese_vovnet19b_dw", "mobilenetv4_conv_small", "mobilevit_xxs", "fastvit_t8",
             "rexnet_100", "poolformer_s12", "edgenext_xx_small", "cspresnet50", "mobileone_s0",
             "nf_resnet26", "selecsls42b", "tf_efficientnetv2_b0", "lcnet_050", "repghostnet_050",
             "mixnet_s", "dpn48b", "repvit_m0_9", "starnet_s1",
             "efficientvit_b0", "mambaout_femto", "inception_next_atto", "xception41", "tresnet_m",
             "resnetv2_50x1_bit", "gernet_s", "spnasnet_100"):
  add_timm(name)
for name in ("deit_tiny_patch16_224", "vit_tiny_patch16_224", "mixer_s32_224", "resmlp_12_224",
             "xcit_nano_12_p16_224", "cait_xxs24_224", "pvt_v2_b0", "swin_tiny_patch4_window7_224",
             "eva02_tiny_patch14_224", "coat_lite_tiny", "gmlp_s16_224",
             "convit_tiny", "visformer_tiny", "tnt_s_patch16_224", "davit_tiny", "tiny_vit_5m_224",
             "focalnet_tiny_srf", "mvitv2_tiny", "hiera_tiny_224", "vit_relpos_small_patch16_224",
             "sequencer2d_s", "deit3_small_patch16_224"):
  add_timm(name, 224)
for name in ("efficientformer_l1", "levit_128s", "crossvit_tiny_240", "twins_svt_small",
             "gcvit_xxtiny", "coatnet_nano_rw_224", "maxvit_rmlp_pico_rw_256", "botnet26t_256",
             "lambda_resnet26t", "halonet26t"):
  add_timm(name, {"crossvit_tiny_240": 240, "maxvit_rmlp_pico_rw_256": 256, "botnet26t_256": 256,
                  "lambda_resnet26t": 256, "halonet26t": 256}.get(name, 224))


def randomize(model):
  for m in model.modules():
    if isinstance(m, nn.modules.batchnorm._BatchNorm) and m.running_mean is not None:
      nn.init.normal_(m.running_mean, std=0.1)
      nn.init.uniform_(m.running_var, 0.8, 1.25)
  for p in model.parameters():
    if p.numel() and bool((p == p.flatten()[0]).all()):  # all zeros, all ones, all 1e-6
      with torch.no_grad():
        p.add_(torch.randn_like(p) * 0.1)
  return model


def write(name):
  build, batches, options = ZOO[name]
  torch.manual_seed(zlib.crc32(name.encode()))
  try:
    model = randomize(build()).eval()
    argument = next(iter(inspect.signature(model.forward).parameters))
    inputs = {sizes: batches(argument, sizes) for sizes in ((2, 3), (2, 2))}
  except Exception as e:
    return f"FAILED to build: {type(e).__name__} {e}"
  results = []
  kinds = [k for k in ("traced", "scripted") if options.get(k, True)]
  for kinds in [kinds, *([[k] for k in kinds] if len(kinds) > 1 else [])]:
    for sizes in inputs:
      try:  # both, or if that fails one of them
        chosen = {k: k in kinds for k in ("traced", "scripted")}
        notes = {k: v for k, v in options.items() if k not in chosen}
        exact = oracle.export(sys.argv[1], name, model, inputs[sizes], debug="--debug" in sys.argv,
                              older=True, everywhere=True, **chosen, **notes)
        return "; ".join([*results, f"{exact} batches of {sizes}"])
      except Exception as e:
        results.append(f"FAILED {kinds} {sizes}: {type(e).__name__} {str(e)[:300]}")
  return "; ".join(results)


if __name__ == "__main__":
  pathlib.Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)
  names = [name for name in sys.argv[2:] if name != "--debug"] or list(ZOO)
  with multiprocessing.get_context("fork").Pool(1, maxtasksperchild=1) as pool:
    for name, result in zip(names, pool.imap(write, names, chunksize=1)):
      print(name, " ".join(result.split()), flush=True)
